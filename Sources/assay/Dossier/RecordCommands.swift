import ArgumentParser
import AssayJSON

struct RecordListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List records, the newest first.")

    @OptionGroup var subject: SubjectOptions

    @Option(help: "Only records of this type.")
    var type: String?

    @Flag(help: "Withdrawn and superseded ones too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = subject.query(all: all) + (type.map { [("type", $0)] } ?? [])
        try await PaperText.printList(ServerPath.records, "records", query: query, format, options)
    }
}

struct RecordShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a record with its history.")

    @Argument(help: "The record's id.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.record(id)) }
        try PaperText.print(answer, format, PaperText.whole)
    }
}

struct RecordWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Withdraw a record: it stays, and counts no more.")

    @Argument(help: "The record's id.")
    var id: String

    @Option(help: "Why, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.record(id) + ["withdrawal"], ["reason": .string(reason)])
        }
        try StandardOutput.write(Array(PaperText.line(answer).utf8))
    }
}

struct RecordTypesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "types", abstract: "List the types of records, with the evidence each serves.")

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.recordTypes) }
        try PaperText.print(answer, format) { answer in
            (answer["types"]?.array ?? []).map { type in
                let evidence = (type["evidence"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
                return "\(type["type"]?.string ?? "?")  \(type["title"]?.string ?? "")  [\(evidence)]\n"
            }.joined()
        }
    }
}
