import ArgumentParser
import AssayJSON

struct AlertHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What receivers were told, and how each attempt went; the newest first. For administrators.")

    @Argument(help: "The key of an alert; without it of all.")
    var key: String?

    @Option(help: "A receiver of the rules.")
    var receiver: String?

    @Option(help: "How many messages to show at most.")
    var limit = 100

    @Option(help: "text for people, json for programs.")
    var format: AlertCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit); it is at least 1.") }
    }

    func run() async throws {
        var query: [(String, String)] = []
        if let key { query.append(("key", key)) }
        if let receiver { query.append(("receiver", receiver)) }
        let deliveries = try await options.withClient {
            try await $0.all("deliveries", at: ServerPath.alertDeliveries, query: query, limit: limit)
        }
        try AlertCommand.write("deliveries", deliveries, format, Self.lines)
    }

    private static func lines(_ delivery: JSONValue) -> [String] {
        let words = ["state", "receiver", "reason", "id"].map { delivery[$0]?.string ?? "?" }.joined(separator: "  ")
        let alerts = (delivery["alerts"]?.array ?? []).map { one in
            "  \(["state", "severity", "key"].map { one[$0]?.string ?? "?" }.joined(separator: "  "))".printable
        }
        let attempts = (delivery["attempts"]?.array ?? []).map { attempt in
            let answer = attempt["status"]?.integer.map { "answered \($0)" }
            let isOver = attempt["finished_ms"]?.integer != nil
            let words = [answer, attempt["error"]?.string].compactMap { $0 }.joined(separator: " ")
            return "  attempt \(attempt["number"]?.integer ?? 0)  \(AlertCommand.time(attempt["started_ms"]))  \(isOver ? words : "under way")"
        }
        return ["\(AlertCommand.time(delivery["created_ms"]))  \(words)"] + alerts + attempts
    }
}
