import ArgumentParser
import AssayJSON

struct AlertSilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Tell nobody of some alerts for a while; for administrators.",
        discussion: "What is named is all asked for: a model and a severity mean alerts of that severity of that model.")

    @Argument(help: "Keys of alerts, as 'assay alert list' shows them.")
    var keys: [String] = []

    @Option(help: "A pattern of the model's name; may be repeated.")
    var model: [String] = []

    @Option(help: "Whom the alert wants told; may be repeated.")
    var role: [String] = []

    @Option(help: "critical, warning or info; may be repeated.")
    var severity: [String] = []

    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 30m, 2h, 7d; at most 90d.", valueName: "time"))
    var time: String

    @Option(help: "Why.")
    var comment: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let list = { (texts: [String]) in JSONValue.array(texts.map { .string($0) }) }
        let body: JSONValue = [
            "keys": list(keys), "models": list(model), "roles": list(role), "severities": list(severity), "for": .string(time),
            "comment": .string(comment),
        ]
        let answer = try await options.withClient { try await $0.post(ServerPath.alertSilences, body) }
        let words = "Silenced until \(AlertCommand.time(answer["end_ms"])): \(answer["id"]?.string ?? "?")\n"
        try StandardOutput.write(Array(words.utf8))
    }
}

struct AlertSilencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "silences", abstract: "The silences that last; for administrators.")

    @Option(help: "text for people, json for programs.")
    var format: AlertCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.alertSilences) }
        try AlertCommand.write("silences", answer["silences"]?.array ?? [], format) { silence in
            let parts = ["keys", "models", "roles", "severities"].compactMap { name -> String? in
                let texts = (silence["match"]?[name]?.array ?? []).compactMap(\.string)
                return texts.isEmpty ? nil : "\(name) \(texts.joined(separator: ", "))"
            }
            let author = silence["author"]?.string ?? silence["author_id"]?.string ?? "?"
            let first = "\(silence["id"]?.string ?? "?")  until \(AlertCommand.time(silence["end_ms"]))  \(author.printable)"
            return [first, "  \(parts.joined(separator: "; ").printable)", "  \((silence["comment"]?.string ?? "").printable)"]
        }
    }
}

struct AlertUnsilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unsilence", abstract: "End a silence now; what fires is told.")

    @Argument(help: "The silence's id, as 'assay alert silences' shows it.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.delete(ServerPath.alertSilences + [id]) }
        try StandardOutput.write(Array("Ended the silence \(id.printable).\n".utf8))
    }
}
