import ArgumentParser

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens, by which programs and clients are recognised.",
        subcommands: [TokenCreateCommand.self, TokenReplaceCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}
