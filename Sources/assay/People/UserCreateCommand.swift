import ArgumentParser
import AssayJSON
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows

/// `assay user create`: a person and a token. The first administrator is made on the data directory itself, everybody else
/// by an administrator through the server.
struct UserCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a person and print a token, once.",
        discussion: """
            The first administrator, while the server is stopped and nobody exists yet:
              assay user create NAME --admin --data-dir DIR
            Everybody else, with an administrator's token in ASSAY_TOKEN:
              assay user create NAME --role data_scientist --password-stdin --server URL
            The same token serves as MLFLOW_TRACKING_TOKEN. You know it too: what a person answers for (approving, publishing,
            administering) it does not do until they have put their own in its place, with assay token replace.
            """)

    @Argument(help: "The person's name.")
    var name: String

    @Option(name: .customLong("role"), help: "A role, one of `assay role list`; may be repeated.")
    var roleNames: [String] = []

    @Flag(help: "Make an administrator.")
    var admin = false

    @Flag(help: "An account of a program: it approves, waives and adopts nothing, and logs in by tokens only.")
    var service = false

    @Flag(help: "Read a password from standard input, for logging in with a browser.")
    var passwordStdin = false

    @Option(help: "The stopped server's data directory, for the first administrator.")
    var dataDir: String?

    @Option(help: "The folder of the keys, if they do not stand inside the data directory.")
    var keysDir: String?

    @OptionGroup var options: ServerOptions

    func validate() throws {
        if let unknown = roleNames.first(where: { Role(rawValue: $0) == nil }) {
            throw ValidationError("'\(unknown)' is no role's name. The roles there are: assay role list")
        }
        if dataDir != nil {
            guard admin, roleNames.isEmpty else {
                throw ValidationError("With --data-dir only the first administrator is made: --admin, and no --role.")
            }
            guard !service, !passwordStdin else { throw ValidationError("The first administrator is a person with a token; a password comes later.") }
            guard options.server == nil else { throw ValidationError("Name either --data-dir or --server.") }
        } else {
            guard admin || !roleNames.isEmpty else { throw ValidationError("Name at least one --role, or --admin.") }
            guard !(service && admin) else { throw ValidationError("A program administers nothing: no --admin with --service.") }
            guard !(service && passwordStdin) else { throw ValidationError("A program logs in by tokens only: no --password-stdin with --service.") }
        }
    }

    func run() async throws {
        let token: String
        var waiting: String?
        if let dataDir {
            token = try await createFirstAdministrator(dataDir)
        } else {
            let roles = roleNames + (admin ? [Role.admin.rawValue] : [])
            var body: JSONObject = [
                "name": .string(name), "roles": .array(Set(roles).sorted().map { .string($0) }),
                "kind": .string(service ? "service" : "person"),
            ]
            if passwordStdin { body["password"] = .string(try PasswordInput.lines(1, naming: "one line: the password")[0]) }
            token = try await options.withClient { [body] client in
                let answer = try await client.post(ServerPath.users, .object(body))
                guard let token = answer["token"]?.string else {
                    throw AssayError(.unreadable, "The server did not answer with a token.")
                }
                waiting = AccessText.waiting(answer)
                return token
            }
        }
        let advice =
            dataDir != nil || service
            ? "" : "You know it too, so it approves nothing until they have replaced it: assay token replace\n"
        try StandardOutput.write(
            Array("Created \(name). Their token, shown this once:\n\(token)\n\(advice)\(waiting ?? "")".utf8))
    }

    private func createFirstAdministrator(_ path: String) async throws -> String {
        let opened = try OpenDirectory.open(path: path, keysPath: keysDir)
        defer { try? opened.store.close() }
        let (_, token) = try await opened.useCases.createFirstAdministrator(named: Text(name))
        return token.text
    }
}
