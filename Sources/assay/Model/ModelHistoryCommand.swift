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

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.history(ofModel: name)) }
        switch format {
        case .json: try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            let lines = (answer["entries"]?.array ?? []).map { Self.line($0) + "\n" }
            try StandardOutput.write(Array(lines.joined().utf8))
        }
    }

    /// `    12  2026-01-31T08:05:09Z  version.promoted  vera`, and `–` for an entry that has no number yet.
    private static func line(_ entry: JSONValue) -> String {
        let index = entry["index"]?.integer.map(String.init) ?? "–"
        let padding = String(repeating: " ", count: max(0, 6 - index.count))
        let actor = entry["actor_name"]?.string ?? entry["actor"]?.string ?? "?"
        return "\(padding)\(index)  \(entry["time"]?.string ?? "?")  \(entry["kind"]?.string ?? "?")  \(actor)"
    }
}
