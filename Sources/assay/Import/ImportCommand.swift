import ArgumentParser

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring over what another tracker holds.", subcommands: [ImportMLflowCommand.self])
}
