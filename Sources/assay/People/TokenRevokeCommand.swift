import ArgumentParser
import AssayTerms

/// `assay token revoke`: refused from now on.
struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Refuse a token from now on.")

    @Argument(help: "The token's id: the third part of its text, or from `assay token list`.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.delete(ServerPath.tokens + [id]) }
        try StandardOutput.write(Array("Token \(id) is refused from now on.\n".utf8))
    }
}
