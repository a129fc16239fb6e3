import AssayJSON
import AssayStore
import AssayTerms
import AssayWire
import AssayWorkflows

/// Roles, grants and proposals on the wire.
enum AccessJSON {
    static func role(_ text: Text) throws(AssayError) -> Role {
        guard let role = Role(rawValue: text.string) else {
            throw AssayError(
                .invalidArgument,
                "'\(text.string.prefix(80))' is no role's name: 1 to 64 of a-z, 0-9, '_' and '-', beginning with a letter.")
        }
        return role
    }

    static func grants(_ fields: RequestFields) throws(AssayError) -> [Grant] {
        var grants: [Grant] = []
        for grant in try fields.objects("grants") {
            let word = try grant.text("effect") ?? "allow"
            guard let effect = Grant.Effect(rawValue: word.string) else {
                throw AssayError(.invalidArgument, "'\(grant.name("effect"))' is allow or deny, not '\(word.string.prefix(80))'.")
            }
            var verbs: [Permission] = []
            for word in try grant.texts("verbs") {
                guard let verb = Permission(word: word) else {
                    throw AssayError(
                        .invalidArgument,
                        "'\(word.string.prefix(80))' is no verb. They are \(Permission.grantable.map(\.rawValue).joined(separator: ", ")).")
                }
                verbs.append(verb)
            }
            guard !verbs.isEmpty else { throw AssayError(.invalidArgument, "'\(grant.name("verbs"))' names no verb.") }
            grants.append(Grant(effect, verbs, on: try Resource(try grant.requiredText("resource"))))
        }
        return grants
    }

    static func definition(_ definition: RoleDefinition) -> JSONValue {
        [
            "role": .string(definition.role.rawValue), "title": .string(definition.title.string),
            "shipped": .bool(definition.isShipped), "grants": .array(definition.grants.map(GuardedChange.json)),
        ]
    }

    static func proposal(_ proposal: Proposal) -> JSONValue {
        [
            "id": .string(proposal.id), "kind": .string(proposal.kind), "verb": .string(proposal.verb.rawValue),
            "change": (try? JSONValue(parsing: proposal.content)) ?? .null,
            "proposed_by": .string(proposal.proposerName.string), "proposer_id": .string(proposal.proposerID),
            "created": .integer(proposal.createdMilliseconds), "expires": .integer(proposal.expiresMilliseconds),
            "state": .string(proposal.state.rawValue),
        ]
    }

    /// `null` where the change was made.
    static func waiting(_ proposal: Proposal?) -> JSONValue { proposal.map(Self.proposal) ?? .null }
}
