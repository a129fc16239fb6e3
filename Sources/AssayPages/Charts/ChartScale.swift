/// An axis: from values to places, with round numbers to mark.
struct ChartScale {
    let range: ClosedRange<Double>
    /// Where the range's ends are drawn; the second may be the smaller one, for an axis that points up.
    let ends: (Double, Double)

    /// - Parameter values: finite values that must fit; the range is widened for those beyond it.
    init(_ range: ClosedRange<Double>, fitting values: [Double] = [], ends: (Double, Double)) {
        let low = min(range.lowerBound, values.min() ?? range.lowerBound)
        let high = max(range.upperBound, values.max() ?? range.upperBound)
        self.range = low < high ? low...high : (low - 0.5)...(low + 0.5)
        self.ends = ends
    }

    func place(_ value: Double) -> Double {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return ends.0 + min(max(share, 0), 1) * (ends.1 - ends.0)
    }

    /// Three to six multiples of 1, 2 or 5 times a power of ten.
    var ticks: [Double] {
        let length = range.upperBound - range.lowerBound
        guard length.isFinite, length > 0 else { return [range.lowerBound] }
        var step = 1.0
        while step * 5 < length { step *= 10 }
        while step * 5 > length * 10 { step /= 10 }
        step = [1, 2, 5, 10].map { $0 * step / 10 }.first { length / $0 <= 5.000_001 } ?? step
        guard step > 0, step.isFinite else { return [range.lowerBound] }
        let first = (range.lowerBound / step).rounded(.up)
        return (0..<8).map { (first + Double($0)) * step }.filter { $0 <= range.upperBound + step * 1e-9 }
    }

    /// A mark's number in the digits that tell it from the next one.
    func label(_ tick: Double) -> String {
        let ticks = ticks
        guard ticks.count > 1, tick.magnitude < 1e9, ticks[1] - ticks[0] >= 1e-6 else { return Self.text(tick) }
        var (step, digits) = (ticks[1] - ticks[0], 0)
        while step < 1 - 1e-9 { (step, digits) = (step * 10, digits + 1) }
        return tick.magnitude >= 1e6 && step >= 1e5 ? Self.text(tick) : Self.fixed(tick, digits: digits)
    }

    /// A number in as few digits as an axis needs: `0.2`, `1,500` as `1500`, `2e+09`.
    static func text(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        guard (1e-4..<1e6).contains(abs(value)) else { return scientific(value) }
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 4
        return fixed(value, digits: digits)
    }

    /// A share in per cent, in two digits or so: `12%`, `0.3%`.
    static func percent(_ share: Double) -> String {
        share > 0 && share < 0.0005 ? "<0.1%" : fixed(share * 100, digits: share >= 0.0995 ? 0 : 1) + "%"
    }

    /// Four decimals, as tables show values: `0.2333`, `-0.4000`; numbers beyond a million as they are.
    static func decimals(_ value: Double) -> String {
        guard abs(value) < 1e6 else { return "\(value)" }
        let short = fixed(value, digits: 4)
        let parts = short.split(separator: ".", omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? parts[1] : ""
        return parts[0] + "." + rest + String(repeating: "0", count: 4 - rest.count)
    }

    /// Four decimals, and of small numbers four digits that are not zero: `0.2333`, `0.0003412`, `2.1e-6`.
    static func significant(_ value: Double) -> String {
        let size = abs(value)
        guard size < 0.1, size > 0 else { return decimals(value) }
        return size < 1e-4 ? scientific(value) : fixed(value, digits: size >= 0.01 ? 5 : size >= 0.001 ? 6 : 7)
    }

    /// Rounded to `digits` decimals, trailing zeros left out.
    static func fixed(_ value: Double, digits: Int) -> String {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        let scaled = (abs(value) * factor).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let whole = Int(scaled / factor)
        var rest = String(Int(scaled) - whole * Int(factor))
        rest = String(repeating: "0", count: max(0, digits - rest.count)) + rest
        while rest.hasSuffix("0") { rest.removeLast() }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return sign + "\(whole)" + (digits == 0 || rest.isEmpty ? "" : "." + rest)
    }

    private static func scientific(_ value: Double) -> String {
        var (mantissa, exponent) = (value, 0)
        while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return fixed(mantissa, digits: 2) + "e\(exponent)"
    }
}
