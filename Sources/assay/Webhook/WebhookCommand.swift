import ArgumentParser

struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Who is told of what happens in the registry; for administrators.",
        subcommands: [
            WebhookListCommand.self, WebhookCreateCommand.self, WebhookDeliveriesCommand.self, WebhookTestCommand.self,
            WebhookDeleteCommand.self,
        ])

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }
}
