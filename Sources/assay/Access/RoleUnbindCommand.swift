import ArgumentParser

struct RoleUnbindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "unbind", abstract: "Take a role from a person.")

    @Argument(help: "The role's name.")
    var role: String

    @Option(help: "The person's name.")
    var user: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.delete(ServerPath.bindings + [role, user]) }
        try StandardOutput.write(
            Array((AccessText.waiting(answer) ?? "\(user) no longer holds the role \(role).\n").utf8))
    }
}
