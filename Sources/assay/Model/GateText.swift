import AssayJSON

/// A decision's requirements as lines, from the JSON the server keeps.
enum GateText {
    /// One line a requirement: `pass  fairness.… on race is …`.
    static func requirements(of detail: JSONValue?) -> String {
        var lines: [String] = []
        for policy in detail?["policies"]?.array ?? [] {
            let name = "\(policy["name"]?.string ?? "?") \(policy["version"]?.string ?? "?")"
            lines.append("Policy \(name): \(policy["decision"]?.string ?? "?")")
            for reason in policy["reasons"]?.array ?? [] {
                lines.append("  \(reason["decision"]?.string ?? "?"): \(reason["text"]?.string ?? "?")")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
