import ArgumentParser
import AssayJSON

struct MonitorHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "history", abstract: "What a model's monitors said, window by window, the newest first.")

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model.")
    var model: String

    @Option(help: ArgumentHelp("Only this monitor, by its digest as monitor list --format json has it.", valueName: "digest"))
    var monitor: String?

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var query = [("model", model)]
        if let monitor { query.append(("monitor", monitor)) }
        let answer = try await options.withClient { try await $0.get(ServerPath.monitorResults, query: query) }
        if format == .json { return try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        let lines = (answer["results"]?.array ?? []).map { result in
            MonitorText.result(result, subject: "\(model)/\(result["version"]?.integer ?? 0)  \(result["check"]?.string ?? "?")")
        }
        try StandardOutput.write(Array((lines.isEmpty ? ["No monitor of \(model) has said anything yet."] : lines).map { $0 + "\n" }.joined().utf8))
    }
}
