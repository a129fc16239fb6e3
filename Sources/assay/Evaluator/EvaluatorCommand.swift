import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay evaluator`: who outside of the server may sign evidence.
struct EvaluatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluator", abstract: "Evaluators outside of the server, whose signed evidence a policy may trust.",
        subcommands: [EvaluatorAddCommand.self, EvaluatorListCommand.self, EvaluatorRemoveCommand.self])
}

struct EvaluatorAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register an evaluator: a public key, or the runs of a workflow.",
        discussion: """
            What it hands in is 'attested', and counts where a policy names it under 'evaluators'; never for a model that the person \
            who answers for it made. A key is made with: openssl genpkey -algorithm ed25519 -out evaluator.pem; \
            openssl pkey -in evaluator.pem -pubout -out evaluator.pub

            A workflow needs no key: its CI system vouches for each run by a token (OpenID Connect), of which every --claim must say \
            just that. Repository, workflow and branch must be pinned: assay evaluator add ci --audience https://assay.example.com \
            --issuer https://token.actions.githubusercontent.com --claim repository=OWNER/NAME --claim ref=refs/heads/main \
            --claim workflow_ref=OWNER/NAME/.github/workflows/model.yml@refs/heads/main --claim event_name=push \
            (without the last, a run of pull_request_target speaks too, which may run a fork's code). Of a CI system whose 'sub' is \
            the job's own address, as Jenkins's is, that alone does.
            """)

    @Argument(help: "The evaluator's name: letters, digits, '.', '_' and '-'.")
    var name: String

    @Option(help: "A file with its public key of Ed25519: PEM, or 64 hexadecimal digits.")
    var key: String?

    @Option(help: ArgumentHelp("Who makes out the tokens of a workflow's runs.", valueName: "url"))
    var issuer: String?

    @Option(help: "For whom they must be made out: this server, in a word that no other server takes.")
    var audience: String?

    @Option(help: ArgumentHelp("What they must say; repeatable.", valueName: "name=value"))
    var claim: [String] = []

    @Option(help: "The person who answers for it; without it, you.")
    var user: String?

    @OptionGroup var options: ServerOptions

    func validate() throws {
        let workflow = issuer != nil && audience != nil && !claim.isEmpty
        let isPartly = issuer != nil || audience != nil || !claim.isEmpty
        guard key != nil ? !isPartly : workflow else {
            throw ValidationError("give --key FILE, or --issuer URL, --audience TEXT and every --claim NAME=VALUE of a workflow")
        }
    }

    func run() async throws {
        var body: JSONObject = ["name": .string(name)]
        if let key { body["key"] = .string(Hex.encode(try PublicKeyFile.ed25519(key))) }
        if let issuer, let audience {
            body["workflow"] = ["issuer": .string(issuer), "audience": .string(audience), "claims": .object(try claims())]
        }
        body["user"] = user.map { .string($0) }
        let answer = try await options.withClient { try await $0.post(ServerPath.evaluators, .object(body)) }
        let words = answer["key"]?.string.map { "with the key \($0)" } ?? "for the workflow \(EvaluatorListCommand.words(answer))"
        try StandardOutput.write(Array("registered \(name) \(words)\n".utf8))
    }

    /// - Throws: `invalidArgument` for one without '=', or a name that comes twice.
    private func claims() throws(AssayError) -> JSONObject {
        var claims: JSONObject = [:]
        for text in claim {
            guard let cut = text.firstIndex(of: "="), cut != text.startIndex else {
                throw AssayError(.invalidArgument, "--claim is '\(text)'; it takes NAME=VALUE, like repository=OWNER/NAME")
            }
            let name = String(text[..<cut])
            guard claims[name] == nil else { throw AssayError(.invalidArgument, "--claim names '\(name)' twice") }
            claims[name] = .string(String(text[text.index(after: cut)...]))
        }
        return claims
    }
}

struct EvaluatorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List evaluators, removed ones included.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.evaluators) }
        let lines = (answer["evaluators"]?.array ?? []).map { evaluator in
            let removed = evaluator["removed_ms"]?.integer == nil ? "" : "  removed"
            return "\(evaluator["name"]?.string ?? "?")  \(evaluator["key"]?.string ?? Self.words(evaluator))\(removed)\n"
        }
        try StandardOutput.write(Array(lines.joined().utf8))
    }

    /// An evaluator's workflow in one line: the issuer, and what its tokens must say.
    static func words(_ evaluator: JSONValue) -> String {
        let claims = evaluator["workflow"]?["claims"]?.object?.members.map { "\($0.name)=\($0.value.string ?? "?")" } ?? []
        return ([evaluator["workflow"]?["issuer"]?.string ?? "?"] + claims).joined(separator: " ")
    }
}

struct EvaluatorRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Let nothing count any more that the evaluator signed.")

    @Argument(help: "The evaluator's name.")
    var name: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.delete(ServerPath.evaluators + [name]) }
        try StandardOutput.write(Array("removed \(name)\n".utf8))
    }
}
