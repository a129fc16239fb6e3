import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay token replace`: a token of one's own in place of the one that was handed over.
struct TokenReplaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace", abstract: "Put a token of your own in place of the one an administrator made for you.",
        discussion: """
            Whoever made a token knows it, so it approves, publishes and administers nothing until you have replaced it:
              export ASSAY_TOKEN=assay_user_…          # the one you were given
              export ASSAY_TOKEN=$(assay token replace --quiet)
            The one you were given is refused from then on.
            """)

    @Flag(help: "Print the token alone.")
    var quiet = false

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.tokenReplacement, [:]) }
        guard let token = answer["token"]?.string, let id = answer["record"]?["id"]?.string else {
            throw AssayError(.unreadable, "The server did not answer with a token.")
        }
        try StandardOutput.write(
            Array((quiet ? "\(token)\n" : "Token \(id), in place of the one you were given, shown this once:\n\(token)\n").utf8))
    }
}
