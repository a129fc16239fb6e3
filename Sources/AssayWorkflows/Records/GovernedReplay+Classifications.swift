import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

/// What was said of the use of models.
extension GovernedReplay {
    mutating func setQuestionnaire(_ payload: JSONValue, by publisher: String) -> Bool {
        guard let number = payload["number"]?.integer, let name = payload["name"]?.string, let version = payload["version"]?.string,
            let digest = payload["digest"]?.string.flatMap({ SHA256Digest(hex: $0) })
        else { return false }
        facts[.questionnaire(number: number)] = GovernedFact.Value.questionnaire("\(name) \(version)", digest: digest, by: publisher)
        return true
    }

    mutating func setClassification(_ payload: JSONValue, by author: String) -> Bool {
        guard let model = payload["model_id"]?.string, let number = payload["number"]?.integer, let content = payload["content"],
            let bytes = try? content.canonicalBytes(), let milliseconds = payload["recorded_ms"]?.integer
        else { return false }
        func text(_ name: String) -> Text? { payload[name]?.string.map { Text($0) } }
        facts[.classification(modelID: model, number: number)] = GovernedFact.Value.classification(
            euClass: text("eu_class"), tier: text("tier"), heldTier: text("held_tier"),
            questionnaire: payload["questionnaire_digest"]?.string, content: SHA256Hasher.digest(of: bytes), by: author,
            at: milliseconds)
        return true
    }
}
