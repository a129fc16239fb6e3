import ArgumentParser
import AssayJSON

struct AlertListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The alerts that fire, of models you may see; the last first.")

    @Flag(help: "Those that are over too.")
    var all = false

    @Option(help: "How many to show at most.")
    var limit = 100

    @Option(help: "text for people, json for programs.")
    var format: AlertCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit); it is at least 1.") }
    }

    func run() async throws {
        let query = all ? [] : [("state", "firing")]
        let alerts = try await options.withClient { try await $0.all("alerts", at: ServerPath.alerts, query: query, limit: limit) }
        try AlertCommand.write("alerts", alerts, format, Self.lines)
    }

    private static func lines(_ alert: JSONValue) -> [String] {
        let severity = alert["severity"]?.string ?? "?"
        let version = alert["version"]?.integer.map { " \($0)" } ?? ""
        let state = alert["state"]?.string ?? "?"
        let title = alert["title"]?.string ?? "what it said was erased"
        var marks: [String] = []
        if let by = alert["acknowledged"]?["by"]?.string { marks.append("acknowledged by \(by)") }
        if alert["silenced"]?.bool == true { marks.append("silenced") }
        if alert["routed"]?.bool == false { marks.append("nobody is told") }
        let mark = marks.isEmpty ? "" : "  (\(marks.joined(separator: ", ")))"
        var lines = ["\(state)  \(severity)  \((alert["model"]?.string ?? "").printable)\(version)  \(title.printable)\(mark.printable)"]
        if let value = alert["value"]?.string {
            lines.append("  measured \(value.printable)" + (alert["limit"]?.string.map { ", limit \($0.printable)" } ?? ""))
        }
        let end = alert["resolved_ms"]?.integer == nil ? "" : "  until \(AlertCommand.time(alert["resolved_ms"]))"
        lines.append("  since \(AlertCommand.time(alert["fired_ms"]))\(end)")
        lines.append("  \((alert["key"]?.string ?? "?").printable)")
        return lines
    }
}
