import ArgumentParser
import AssayJSON

struct RoleBindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bind", abstract: "Give a role to a person.")

    @Argument(help: "The role's name.")
    var role: String

    @Option(help: "The person's name.")
    var user: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.bindings, ["role": .string(role), "user": .string(user)])
        }
        try StandardOutput.write(Array((AccessText.waiting(answer) ?? "\(user) holds the role \(role).\n").utf8))
    }
}
