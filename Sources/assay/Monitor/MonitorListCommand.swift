import ArgumentParser
import AssayJSON

struct MonitorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "What is watched, with the newest result of each monitor.")

    @Option(name: [.customShort("m"), .customLong("model")], help: "Only this model's.")
    var model: String?

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.monitors, query: model.map { [("model", $0)] } ?? []) }
        if format == .json { return try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        let lines = (answer["monitors"]?.array ?? []).map(MonitorText.line)
        try StandardOutput.write(
            Array((lines.isEmpty ? ["Nothing is watched: no model with recorded predictions has a signed monitoring plan."] : lines).map { $0 + "\n" }.joined().utf8))
    }
}
