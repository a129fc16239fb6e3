import ArgumentParser
import AssayJSON
import AssayTerms
import AssayWorkflows

/// `assay token create`: a further token, printed once.
struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token and print it, once.",
        discussion: """
            A token may be restricted to some permissions, and lives 1 to 730 days:
              assay token create --label ci --verb read --verb log --days 30
            Where approvals ask for more than a token, an elevated one stands for your log-in for some minutes; your
            password is read from standard input:
              export ASSAY_TOKEN=$(assay token create --elevated --as NAME --quiet)
            """)

    @Option(help: "What you call it.")
    var label = ""

    @Option(help: "For whom; others' tokens are an administrator's to make.")
    var user: String?

    @Option(name: .customLong("verb"), help: "A permission it is good for; may be repeated. Without it: all its holder may.")
    var verbs: [String] = []

    @Option(help: "How long it lives.")
    var days = UseCases.standardTokenDays

    @Flag(help: "Make one that counts as a log-in for some minutes.")
    var elevated = false

    @Option(name: .customLong("as"), help: "Log in with this name, and the password on standard input.")
    var loginName: String?

    @Flag(help: "Print the token alone.")
    var quiet = false

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = ["label": .string(label), "days": .integer(days), "elevated": .bool(elevated)]
        body["user"] = user.map { .string($0) }
        if !verbs.isEmpty { body["verbs"] = .array(verbs.map { .string($0) }) }
        let password = try loginName.map { _ in try PasswordInput.lines(1, naming: "one line: your password")[0] }
        let answer = try await options.withClient(
            login: loginName.flatMap { name in password.map { (name, $0) } }
        ) { [body] client in try await client.post(ServerPath.tokens, .object(body)) }
        guard let token = answer["token"]?.string, let id = answer["record"]?["id"]?.string else {
            throw AssayError(.unreadable, "The server did not answer with a token.")
        }
        try StandardOutput.write(
            Array((quiet ? "\(token)\n" : "Token \(id), shown this once:\n\(token)\n").utf8))
    }
}
