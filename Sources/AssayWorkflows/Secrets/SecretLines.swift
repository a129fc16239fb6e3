import AssayTerms

/// Text of programs, with every line left out that looks as if it held a secret.
enum SecretLines {
    /// A line in which ``SecretScanner`` finds something is replaced by the name of the rule; what spans lines, as a private key does, takes
    /// the lines from its first to the end of the text.
    ///
    /// - Cost: one pass.
    static func withheld(_ text: String) -> String {
        let matches = SecretScanner.matches(in: Text(text))
        guard !matches.isEmpty else { return text }
        var rules: [Int: String] = [:]
        for match in matches where rules[match.line] == nil { rules[match.line] = match.rule }
        // More were not told apart, so nothing is known of what follows the last.
        let end = matches.count < SecretScanner.matchLimit ? Int.max : matches[matches.count - 1].line
        var lines: [String] = []
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let rule = rules[place + 1] else {
                lines.append(place + 1 > end ? "[left out: after many secrets]" : String(line))
                continue
            }
            lines.append("[left out: \(rule)]")
            if line.contains("PRIVATE KEY") { break }
        }
        return lines.joined(separator: "\n")
    }
}
