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
        commandName: "add", abstract: "Register an evaluator's public key.",
        discussion: """
            What it signs is 'attested', and counts where a policy names it under 'evaluators'; never for a model that the person \
            who answers for it made. A key is made with: openssl genpkey -algorithm ed25519 -out evaluator.pem; \
            openssl pkey -in evaluator.pem -pubout -out evaluator.pub
            """)

    @Argument(help: "The evaluator's name: letters, digits, '.', '_' and '-'.")
    var name: String

    @Option(help: "A file with its public key of Ed25519: PEM, or 64 hexadecimal digits.")
    var key: String

    @Option(help: "The person who answers for it; without it, you.")
    var user: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let key = try PublicKeyFile.ed25519(key)
        var body: JSONObject = ["name": .string(name), "key": .string(Hex.encode(key))]
        body["user"] = user.map { .string($0) }
        let answer = try await options.withClient { try await $0.post(ServerPath.evaluators, .object(body)) }
        try StandardOutput.write(Array("registered \(name) with the key \(answer["key"]?.string ?? "?")\n".utf8))
    }
}

struct EvaluatorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List evaluators, removed ones included.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.evaluators) }
        let lines = (answer["evaluators"]?.array ?? []).map { evaluator in
            let removed = evaluator["removed_ms"]?.integer == nil ? "" : "  removed"
            return "\(evaluator["name"]?.string ?? "?")  \(evaluator["key"]?.string ?? "?")\(removed)\n"
        }
        try StandardOutput.write(Array(lines.joined().utf8))
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
