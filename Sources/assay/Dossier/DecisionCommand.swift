import ArgumentParser
import AssayJSON

/// `assay decision`: why a model is built as it is.
struct DecisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decision", abstract: "Design decisions: why these features, this algorithm, these hyperparameters.",
        subcommands: [DecisionAddCommand.self, DecisionListCommand.self, DecisionShowCommand.self])

    /// `3f…  standing  features  version 3 of loans  "No postcode"  ana` and the reasons below it.
    static func lines(_ decision: JSONValue) -> String {
        let reasons = decision["content"]?["reasons"]?.string ?? ""
        return PaperText.line(decision) + "    " + reasons.replacing("\n", with: "\n    ") + "\n"
    }
}

struct DecisionAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Record a design decision.")

    @Argument(help: "What it is about: algorithm, architecture, data, evaluation, features, hyperparameters, threshold, other.")
    var topic: String

    @Option(help: "What was chosen, in one line.")
    var title: String

    @Option(help: "Why.")
    var reasons: String

    @Option(help: "What else was looked at; may be given several times.")
    var alternative: [String] = []

    @Option(help: "What follows from it, for better and worse.")
    var consequences: String?

    @Option(help: "Where it is shown: a run, a notebook, a claim.")
    var evidence: String?

    @Option(help: "The id of the decision it takes the place of.")
    var supersedes: String?

    @OptionGroup var subject: SubjectOptions
    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body = subject.members
        for (name, value) in [("topic", topic), ("title", title), ("reasons", reasons)] { body[name] = .string(value) }
        if !alternative.isEmpty { body["alternatives"] = .array(alternative.map { .string($0) }) }
        for (name, value) in [("consequences", consequences), ("evidence", evidence), ("supersedes", supersedes)] {
            body[name] = value.map { .string($0) }
        }
        let decision = body
        let answer = try await options.withClient { try await $0.post(ServerPath.decisions, .object(decision)) }
        try StandardOutput.write(Array(PaperText.line(answer).utf8))
    }
}

struct DecisionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List design decisions with their reasons.")

    @OptionGroup var subject: SubjectOptions

    @Flag(help: "Superseded ones too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = subject.query(all: all)
        try await PaperText.printList(ServerPath.decisions, "decisions", query: query, format, options, line: DecisionCommand.lines)
    }
}

struct DecisionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a design decision with its history.")

    @Argument(help: "The decision's id.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await PaperText.printWhole(ServerPath.decisions + [id], format, options)
    }
}
