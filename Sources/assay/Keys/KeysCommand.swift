import ArgumentParser

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Look after the key that all other keys are wrapped with.",
        discussion: "These commands open a stopped server's data directory, and are entered in its log as the local operator.",
        subcommands: [KeysStatusCommand.self, KeysRotateCommand.self, KeysRewrapCommand.self])
}
