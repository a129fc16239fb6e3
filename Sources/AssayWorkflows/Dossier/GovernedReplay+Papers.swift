import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

/// Papers of dossiers: every entry about one carries the whole of it.
extension GovernedReplay {
    static func isPaper(_ kind: String) -> Bool { kind.hasPrefix(PaperEntry.prefix) || kind.hasPrefix(PaperEntry.rolloutPrefix) }

    mutating func setPaper(_ payload: JSONValue) -> Bool {
        guard let id = payload["paper"]?.string, let kind = payload["kind"]?.string, let type = payload["type"]?.string,
            let state = payload["state"]?.string, let isInForce = payload["in_force"]?.bool,
            let revision = payload["revision"]?.integer, let content = payload["content"], let bytes = try? content.canonicalBytes(),
            let about = payload["about"]?.string, let maker = payload["made_by"]?.string
        else { return false }
        facts[.paper(id: id)] = GovernedFact.Value.paper(
            kind: kind, type: Text(type), state: Text(state), isInForce: isInForce, revision: revision,
            content: SHA256Hasher.digest(of: bytes), subject: about, by: maker)
        return true
    }
}
