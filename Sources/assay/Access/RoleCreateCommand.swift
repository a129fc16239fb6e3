import ArgumentParser

struct RoleCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a role of grants.",
        discussion: "assay role create developer --verb=read,register --resource='model:loan-*'")

    @Argument(help: "The role's name: a-z, 0-9, '_' and '-'.")
    var role: String

    @OptionGroup var grants: GrantArguments
    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.roles, grants.body(role: role)) }
        try StandardOutput.write(Array((AccessText.waiting(answer) ?? "Created the role \(role).\n").utf8))
    }
}
