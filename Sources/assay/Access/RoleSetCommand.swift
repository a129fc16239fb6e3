import ArgumentParser

struct RoleSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Give a role other grants, in the place of those it has.")

    @Argument(help: "The role's name.")
    var role: String

    @OptionGroup var grants: GrantArguments
    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.put(ServerPath.roles + [role], grants.body(role: role)) }
        try StandardOutput.write(Array((AccessText.waiting(answer) ?? "Changed the role \(role).\n").utf8))
    }
}
