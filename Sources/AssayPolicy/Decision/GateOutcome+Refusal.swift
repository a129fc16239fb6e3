import AssayTerms

extension GateOutcome {
    /// Requirements spelt out in one message; the rest is counted.
    private static let refusalLimit = 40

    /// The message a client reads when the gate says no: each unmet requirement with what was measured and the command
    /// that meets it.
    package func refusal(of facts: GateFacts) -> String {
        var lines = [headline(facts)]
        var number = 0
        for part in parts {
            let unmet = part.reasons.filter { !$0.decision.allows }
            guard !unmet.isEmpty else { continue }
            lines.append("Policy \(part.policy) \(part.policyVersion):")
            for reason in unmet {
                number += 1
                guard number <= Self.refusalLimit else { continue }
                lines.append("  \(number). \(reason.decision.rawValue): \(reason.text).")
                if let remedy = reason.remedy { lines.append("     → \(remedy)") }
            }
        }
        if number > Self.refusalLimit { lines.append("  … and \(number - Self.refusalLimit) more.") }
        lines.append("The request is \(facts.request); asking again updates it.")
        return lines.joined(separator: "\n")
    }

    private func headline(_ facts: GateFacts) -> String {
        let version = "\(facts.model) version \(facts.version)"
        switch facts.action {
        case "promote": return "\(version) may not enter \(facts.target.text): \(decision.rawValue)."
        case "register": return "\(version) may not be registered: \(decision.rawValue)."
        case "retire": return "\(facts.model) may not retire, by its newest version \(facts.version): \(decision.rawValue)."
        default:
            return
                "\(version) holds \(facts.target.text), so '\(facts.action)' is gated and refused: \(decision.rawValue)."
        }
    }
}
