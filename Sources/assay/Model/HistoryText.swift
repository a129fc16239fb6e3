import AssayJSON

/// Entries of a model's history as lines: number, time, kind, who, and in words what happened.
enum HistoryText {
    /// `    12  2026-01-31T08:05:09Z  stage.changed  ana  version 7 to Production, in place of version 6: pass by credit 2`, and `–`
    /// for an entry that has no number yet.
    static func line(_ entry: JSONValue) -> String {
        let index = entry["index"]?.integer.map(String.init) ?? "–"
        let padding = String(repeating: " ", count: max(0, 6 - index.count))
        let kind = entry["kind"]?.string ?? "?"
        let actor = entry["actor_name"]?.string ?? entry["actor"]?.string ?? "?"
        let parts = [padding + index, entry["time"]?.string ?? "?", kind, actor, words(kind, entry["payload"] ?? .null)]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ").printable
    }

    /// What an entry says; nothing for one whose payload is erased or says no more than its kind.
    private static func words(_ kind: String, _ payload: JSONValue) -> String {
        let version = payload["version"]?.integer.map { "version \($0)" }
        let binding = payload["binding"]
        let place = (payload["target"] ?? binding?["target"])?.string.map { "for \($0)" }
        let said = (payload["comment"] ?? payload["reason"])?.string ?? ""
        switch kind {
        case "evidence.recorded", "evidence.attested":
            let checks = (payload["checks"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            return join([version.map { $0 + "," }, payload["provenance"]?.string]) + (checks.isEmpty ? "" : ": \(checks)")
        case "request.decided":
            return join([version, place]) + ": " + (payload["decision"]?["decision"]?.string ?? "?")
        // Here the comment's id stands under `comment`.
        case "request.commented": return payload["text"]?.string ?? ""
        case "approval.given", "objection.raised": return join([version, place]) + (said.isEmpty ? "" : ": \(said)")
        case "stage.changed":
            let archived = (payload["archived"]?.array ?? []).compactMap(\.integer).map { "version \($0)" }
            let instead = archived.isEmpty ? "" : ", in place of \(archived.joined(separator: ", "))"
            return join([version, "to", payload["to"]?.string]) + instead + gate(payload)
        case "alias.set":
            let instead = payload["from"]?.integer.map { ", in place of version \($0)" } ?? ""
            return join(["alias", payload["alias"]?.string, "to", version]) + instead + gate(payload)
        case "alias.deleted": return join(["alias", payload["alias"]?.string, "of", version]) + gate(payload)
        case "model.renamed": return join(["to", payload["to"]?.string]) + gate(payload)
        case _ where kind.hasPrefix("rollout."):
            let content = payload["content"]
            let places = (content?["document"]?["targets"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            return join([version, payload["type"]?.string, "for", places]) + (content?["reason"]?.string.map { ": \($0)" } ?? "")
        default: return join([version, payload["content"]?["title"]?.string.map { "\"\($0)\"" }])
        }
    }

    /// `: pass by credit 2`; nothing where no gate stands before the place.
    private static func gate(_ payload: JSONValue) -> String {
        guard let gate = payload["gate"], let decision = gate["decision"]?.string, decision != "not-gated" else { return "" }
        let policies = (gate["policies"]?.array ?? []).map { join([$0["name"]?.string, $0["version"]?.string]) }
        return ": \(decision)" + (policies.isEmpty ? "" : " by \(policies.joined(separator: ", "))")
    }

    private static func join(_ parts: [String?]) -> String { parts.compactMap { $0 }.joined(separator: " ") }
}
