/// Numbers as people read them in a terminal.
enum NumberText {
    /// `1,989`.
    static func grouped(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Four decimals, rounded to nearest: `0.2333`, `-0.4000`. For numbers of ordinary size; larger ones as they are.
    static func fixed(_ value: Double) -> String {
        guard abs(value) < 1e12 else { return "\(value)" }
        let scaled = (abs(value) * 10_000).rounded()
        let whole = Int(scaled / 10_000)
        let rest = String(Int(scaled) - whole * 10_000)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(whole)." + String(repeating: "0", count: 4 - rest.count) + rest
    }
}
