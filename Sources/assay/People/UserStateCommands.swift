import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay user disable`: nothing of the account's is accepted any more.
struct UserDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Take an account out of use: its passwords, tokens, sessions and waiting approvals.")

    @Argument(help: "The account's name.")
    var name: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.patch(ServerPath.user(name), ["disabled": .bool(true)]) }
        try StandardOutput.write(Array("\(name) is out of use.\n".utf8))
    }
}

/// `assay user enable`: the account is in use again.
struct UserEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Take an account into use again.")

    @Argument(help: "The account's name.")
    var name: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.patch(ServerPath.user(name), ["disabled": .bool(false)]) }
        try StandardOutput.write(Array("\(name) is in use again.\n".utf8))
    }
}
