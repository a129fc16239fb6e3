import ArgumentParser

struct RoleDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a role that nobody holds and that is not shipped.")

    @Argument(help: "The role's name.")
    var role: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.delete(ServerPath.roles + [role]) }
        try StandardOutput.write(Array((AccessText.waiting(answer) ?? "Deleted the role \(role).\n").utf8))
    }
}
