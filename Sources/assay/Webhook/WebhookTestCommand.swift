import ArgumentParser
import AssayJSON

/// `assay webhook test`: exit status 1 unless the receiver took the message.
struct WebhookTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a made-up message to a webhook once, and say what came of it.")

    @Argument(help: "The webhook's id, as 'assay webhook list' shows it.")
    var id: String

    @Option(help: "The event to make up; the webhook's first one without it.")
    var event: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let body: JSONValue = .object(JSONObject(event.map { [("event", .string($0))] } ?? []))
        let answer = try await options.withClient { try await $0.post(ServerPath.test(ofWebhook: id), body) }
        let result = answer["result"] ?? .null
        let status = result["response_status"]?.integer.map { "the receiver answered HTTP \($0)" }
        let words = [status, result["error_message"]?.string].compactMap { $0 }.joined(separator: ". ")
        let succeeded = result["success"]?.bool ?? false
        try StandardOutput.write(Array("\(succeeded ? "Delivered" : "Not delivered"): \(words).\n".utf8))
        if !succeeded { throw ExitCode(1) }
    }
}
