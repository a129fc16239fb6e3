import ArgumentParser
import AssayJSON
import AssayTerms

/// The grants of a role as they are written on the command line: each `--resource` with the verbs of `--verb`, each
/// `--deny` a line of its own.
struct GrantArguments: ParsableArguments {
    @Option(help: "Verbs with commas, such as read,register; may be repeated.")
    var verb: [String] = []

    @Option(help: "What the verbs are allowed on, such as 'model:loan-*'; may be repeated. Without it: everything.")
    var resource: [String] = []

    @Option(help: "Denied verbs and what they are denied on: 'read@experiment:secret-*'; may be repeated.")
    var deny: [String] = []

    @Option(help: "What the role is for, in words.")
    var title = ""

    func validate() throws {
        do { _ = try grants() } catch { throw ValidationError(error.message) }
    }

    /// - Throws: `invalidArgument` for unknown verbs and resources, and for nothing at all.
    func grants() throws(AssayError) -> [Grant] {
        var grants: [Grant] = []
        let allowed = try Self.verbs(verb.joined(separator: ","))
        if !allowed.isEmpty {
            for text in resource.isEmpty ? ["everything"] : resource {
                grants.append(Grant(.allow, allowed, on: try Resource(Text(text))))
            }
        } else if !resource.isEmpty {
            throw AssayError(.invalidArgument, "--resource needs the verbs that are allowed there: --verb=read,register")
        }
        for text in deny {
            let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
            let denied = try Self.verbs(parts.first ?? "")
            guard parts.count == 2, !denied.isEmpty else {
                throw AssayError(.invalidArgument, "--deny is written VERBS@RESOURCE, such as 'read@experiment:secret-*'.")
            }
            grants.append(Grant(.deny, denied, on: try Resource(Text(parts[1]))))
        }
        guard !grants.isEmpty else { throw AssayError(.invalidArgument, "A role allows or denies something: name a --verb or --deny.") }
        return grants
    }

    func body(role: String) throws(AssayError) -> JSONValue {
        [
            "role": .string(role), "title": .string(title),
            "grants": .array(
                try grants().map { grant in
                    [
                        "effect": .string(grant.effect.rawValue), "verbs": .array(grant.verbs.map { .string($0.rawValue) }),
                        "resource": .string(grant.resource.text.string),
                    ]
                }),
        ]
    }

    private static func verbs(_ text: String) throws(AssayError) -> [Permission] {
        var verbs: [Permission] = []
        for word in text.split(separator: ",") {
            guard let verb = Permission(word: Text(String(word))) else {
                throw AssayError(
                    .invalidArgument,
                    "'\(word)' is no verb. They are \(Permission.grantable.map(\.rawValue).joined(separator: ", ")).")
            }
            verbs.append(verb)
        }
        return verbs
    }
}
