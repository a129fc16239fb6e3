import ArgumentParser
import AssayJSON
import AssayServer
import AssayTerms
import Foundation

struct WebhookCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Have an address told of events.",
        discussion: """
            With a secret in ASSAY_WEBHOOK_SECRET, or where --secret-from says, every message is signed; nobody is shown it again.
            The events are \(WebhookEvent.allCases.sorted().map(\.rawValue).joined(separator: ", ")).
            """)

    @Argument(help: "The webhook's name: letters, digits, dots, dashes and underscores.")
    var name: String

    @Argument(help: "The address, https://…")
    var url: String

    @Option(name: .customLong("event"), help: "An event to be told of; may be repeated.")
    var events: [String]

    @Option(help: "What the webhook is for.")
    var description: String?

    @Option(
        help: ArgumentHelp(
            "Where the secret stands: env:NAME, file:PATH, or vault:MOUNT/PATH#FIELD in Vault's key-value engine.", valueName: "place"))
    var secretFrom: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = [
            "name": .string(name), "url": .string(url), "events": .array(events.map { .string($0) }),
        ]
        body["description"] = description.map { .string($0) }
        let environment = ProcessInfo.processInfo.environment
        let secret = try secretFrom.map { try SecretReference($0).value { environment[$0] } } ?? environment["ASSAY_WEBHOOK_SECRET"]
        body["secret"] = secret.map { .string($0) }
        let request = JSONValue.object(body)
        let answer = try await options.withClient { try await $0.post(ServerPath.webhooks, request) }
        try StandardOutput.write(Array("Created webhook \(answer["webhook"]?["id"]?.string ?? "?").\n".utf8))
    }
}
