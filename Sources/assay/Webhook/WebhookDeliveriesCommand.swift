import ArgumentParser
import AssayJSON
import AssayLedgerFormat

struct WebhookDeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "What a webhook was told, and how each attempt went; the newest first.")

    @Argument(help: "The webhook's id, as 'assay webhook list' shows it. One that was deleted still has its history.")
    var id: String

    @Option(help: "How many deliveries to show at most.")
    var limit = 100

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit); it is at least 1.") }
    }

    func run() async throws {
        let deliveries = try await options.withClient {
            try await $0.all("deliveries", at: ServerPath.deliveries(ofWebhook: id), limit: limit)
        }
        switch format {
        case .json:
            let value: JSONValue = ["deliveries": .array(deliveries)]
            try StandardOutput.write(value.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            try StandardOutput.write(Array(deliveries.flatMap(Self.lines).map { $0 + "\n" }.joined().utf8))
        }
    }

    /// A line of the delivery, and one for each attempt.
    private static func lines(_ delivery: JSONValue) -> [String] {
        let parts = ["state", "event", "id"].map { delivery[$0]?.string ?? "?" }
        let actor = delivery["actor"]?.string ?? delivery["actor_id"]?.string ?? "?"
        let attempts = (delivery["attempts"]?.array ?? []).map { attempt in
            let answer = attempt["status"]?.integer.map { "HTTP \($0)" }
            let isOver = attempt["finished_ms"]?.integer != nil
            let words = [answer, attempt["error"]?.string].compactMap { $0 }.joined(separator: " ")
            return "  attempt \(attempt["number"]?.integer ?? 0)  \(time(attempt["started_ms"]))  \(isOver ? words : "under way")"
        }
        return ["\(time(delivery["created_ms"]))  \((parts + [actor]).joined(separator: "  "))"] + attempts
    }

    private static func time(_ value: JSONValue?) -> String {
        value?.integer.flatMap(LedgerTime.text(milliseconds:)) ?? "–"
    }
}
