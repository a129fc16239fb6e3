import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

/// Roles, shares, classes of data sets and proposals.
extension GovernedReplay {
    mutating func defineRole(_ payload: JSONValue) -> Bool {
        guard let role = payload["role"]?.string.flatMap(Role.init), let grants = payload["grants"]?.array?.compactMap(\.string)
        else { return false }
        facts[.role(role)] = GovernedFact.Value.role(grants.map { Text($0) })
        return true
    }

    mutating func deleteRole(_ payload: JSONValue) -> Bool {
        guard let role = payload["role"]?.string.flatMap(Role.init) else { return false }
        facts[.role(role)] = nil
        return true
    }

    mutating func setShare(_ payload: JSONValue) -> Bool {
        guard let kind = payload["kind"]?.string.flatMap(ShareKind.init), let object = payload["object"]?.string,
            let user = payload["user"]?.string
        else { return false }
        facts[.share(SharedObject(kind: kind, id: object), userID: user)] = payload["level"]?.string.map { Text($0) }
        return true
    }

    mutating func classify(_ payload: JSONValue) -> Bool {
        guard let name = payload["dataset"]?.string else { return false }
        facts[.datasetClass(Text(name))] = payload["to"]?.string.map { Text($0) }
        return true
    }

    mutating func setAccessSegment(_ payload: JSONValue) -> Bool {
        guard let number = payload["segment"]?.integer, let digest = payload["digest"]?.string else { return false }
        facts[.accessSegment(number)] = Text(digest)
        return true
    }

    mutating func eraseAccessSegment(_ payload: JSONValue) -> Bool {
        guard let number = payload["segment"]?.integer, let digest = facts[.accessSegment(number)] else { return false }
        facts[.accessSegment(number)] = GovernedFact.Value.erased(digest)
        return true
    }

    mutating func setAccessRetention(_ payload: JSONValue) -> Bool {
        facts[.accessRetention] = payload["to"]?.integer.map { Text("\($0) days") }
        return true
    }

    mutating func setProposal(_ payload: JSONValue, _ state: Proposal.State) -> Bool {
        guard let id = payload["proposal"]?.string, let change = payload["change"], let proposer = payload["proposed_by"]?.string,
            let kind = payload["kind"]?.string, let bytes = try? change.canonicalBytes()
        else { return false }
        facts[.proposal(id: id)] = GovernedFact.Value.proposal(
            state.rawValue, kind: kind, by: proposer, content: SHA256Hasher.digest(of: bytes))
        return true
    }
}
