import ArgumentParser

struct WebhookDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove a webhook; what waits for it is not sent.")

    @Argument(help: "The webhook's id, as 'assay webhook list' shows it.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.delete(ServerPath.webhook(id)) }
        try StandardOutput.write(Array("Deleted webhook \(id).\n".utf8))
    }
}
