import AssayJSON
import AssayLedgerFormat

/// Classifications in words for a terminal.
enum ClassificationText {
    /// What became of answers or a purpose that were sent.
    static func made(_ answer: JSONValue) -> String {
        if let waiting = AccessText.waiting(answer) {
            let said = answer["waiting"]?["change"]
            return "The answers come to EU class \(word(said?["eu_class"])), tier \(word(said?["tier"])).\n\(waiting)"
        }
        guard let standing = answer["standing"] else { return "" }
        return classification(standing, of: word(answer["model"]))
    }

    /// How a model is classified now, why, and what was said before.
    static func shown(_ answer: JSONValue, of name: String) -> String {
        let all = answer["classifications"]?.array ?? []
        guard let now = all.first else {
            return "\(name.printable) is not classified, so the policies of every tier apply to it.\n"
        }
        var text = classification(now, of: name)
        for earlier in all.dropFirst() {
            text += "before: no. \(earlier["number"]?.integer ?? 0) of \(time(earlier)) by \(word(earlier["by"])): "
            text += earlier["tier"]?.string == nil ? "another purpose\n" : "EU class \(word(earlier["eu_class"])), tier \(word(earlier["tier"]))\n"
        }
        return text
    }

    /// Class, tier, the answers that made them, what is open, and which duties apply from when on.
    static func outcome(_ outcome: JSONValue) -> String {
        var text = "EU class \(word(outcome["eu_class"])), tier \(word(outcome["tier"])): the gate asks for what is asked of \(word(outcome["gate_tier"])).\n"
        for reason in outcome["reasons"]?.array ?? [] {
            let axis = reason["axis"]?.string == "tier" ? "tier" : "EU class"
            let questions = (reason["questions"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            text += "  \(axis) \(word(reason["value"]))\(reason["uncertain"]?.bool == true ? " (uncertain)" : ""): \(word(reason["text"]))"
            text += "\(questions.isEmpty ? "" : " [\(questions)]")\n"
        }
        for open in outcome["uncertain"]?.array ?? [] { text += "  needs legal confirmation: \(word(open))\n" }
        for duty in outcome["obligations"]?.array ?? [] {
            text += "  from \(word(duty["from"])): \(word(duty["text"])) (\(word(duty["citation"])))\n"
            if let formal = duty["formal_from"]?.string { text += "    or from \(formal): \(word(duty["uncertain"]))\n" }
        }
        return text
    }

    private static func classification(_ said: JSONValue, of name: String) -> String {
        let by = said["by"]?.string.map { " by \($0.printable)" } ?? ""
        var text = "\(name.printable), since \(time(said))\(by), for: \(word(said["purpose"]))\n"
        guard let outcome = said["outcome"], outcome["tier"] != nil else {
            let isProhibited = said["gate_tier"]?.string == "prohibited"
            return text
                + (isProhibited
                    ? "Nobody has classified this purpose yet; the one before is prohibited, and so the model stays.\n"
                    : "Nobody has classified this purpose yet, so the policies of every tier apply.\n")
        }
        text += Self.outcome(outcome)
        return text + "  by the questionnaire \(word(said["questionnaire"])), sha256:\(word(said["questionnaire_digest"]))\n"
    }

    private static func word(_ value: JSONValue?) -> String { value?.string?.printable ?? "?" }

    private static func time(_ said: JSONValue) -> String {
        said["recorded_ms"]?.integer.flatMap(LedgerTime.text(milliseconds:)) ?? "?"
    }
}
