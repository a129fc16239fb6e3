import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay user password`: a new password, one's own or, by an administrator, somebody else's.
struct UserPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set a password, read from standard input.",
        discussion: """
            Your own, with the present one and the new one as two lines (without a present one, the new one alone):
              assay user password --server URL
            Somebody else's, with an administrator's token, the new one as one line:
              assay user password NAME --server URL
            """)

    @Argument(help: "Whose; without it your own.")
    var name: String?

    @Flag(help: "You have no password yet: read the new one alone.")
    var first = false

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let lines: [String]
        if name == nil, !first {
            lines = try PasswordInput.lines(2, naming: "two lines: the present password and the new one")
        } else {
            lines = try PasswordInput.lines(1, naming: "one line: the new password")
        }
        try await options.withClient { client in
            var body: JSONObject = ["password": .string(lines[lines.count - 1])]
            if lines.count == 2 { body["old_password"] = .string(lines[0]) }
            _ = try await client.put(ServerPath.password(ofUser: name ?? "me"), .object(body))
        }
        try StandardOutput.write(Array("The password is changed; browsers that were logged in are logged out.\n".utf8))
    }
}
