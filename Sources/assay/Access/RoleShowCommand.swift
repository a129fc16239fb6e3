import ArgumentParser

struct RoleShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what a role allows.")

    @Argument(help: "The role's name.")
    var role: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.roles + [role]) }
        try StandardOutput.write(Array(AccessText.role(answer).utf8))
    }
}
