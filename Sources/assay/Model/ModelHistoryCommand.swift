import ArgumentParser
import AssayJSON

struct ModelHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What happened to a model and its versions, entry by entry of the log.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(
        name: .customLong("as-of"),
        help: "Up to this moment, with what was true of the model then: 2026-01-31T08:05:09Z, or a date for its first moment in UTC.")
    var asOf: String?

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = asOf.map { [("as_of", $0)] } ?? []
        let answer = try await options.withClient { try await $0.get(ServerPath.history(ofModel: name), query: query) }
        switch format {
        case .json: try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            let state = answer["state"].map(AsOfText.lines) ?? []
            let lines = (answer["entries"]?.array ?? []).map(HistoryText.line) + state
            try StandardOutput.write(Array(lines.map { $0 + "\n" }.joined().utf8))
        }
    }
}
