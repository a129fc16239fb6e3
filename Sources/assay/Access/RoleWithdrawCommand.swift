import ArgumentParser

struct RoleWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take back a proposal, or refuse somebody else's.")

    @Argument(help: "The proposal's id.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.delete(ServerPath.proposals + [id]) }
        try StandardOutput.write(Array("Withdrew the proposal \(id).\n".utf8))
    }
}
