import ArgumentParser
import AssayJSON

/// `assay finding`: what is wrong with a model, who mends it, and by when.
struct FindingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finding", abstract: "Findings about models: what is wrong, who mends it, by when.",
        discussion: """
            An open finding keeps the model's versions out of gated places once it is overdue, and at once if it is critical or its \
            severity is among the policy's 'blocking-findings'.
            """,
        subcommands: [FindingOpenCommand.self, FindingListCommand.self, FindingShowCommand.self, FindingCloseCommand.self])

    /// `3f…  open  critical  due 2026-12-01T00:00:00Z, overdue  owner ana  version 3 of loans  "Label leak"`
    static func line(_ finding: JSONValue) -> String {
        let content = finding["content"]
        let due = content?["due"]?.string.map { "due \($0)\(finding["overdue"]?.bool == true ? ", overdue" : "")" }
        let parts = [
            finding["id"]?.string, finding["state"]?.string, content?["severity"]?.string, due,
            content?["owner"]?.string.map { "owner \($0)" }, finding["about"]?.string, content?["title"]?.string.map { "\"\($0)\"" },
        ]
        return parts.compactMap { $0 }.joined(separator: "  ") + "\n"
    }
}

struct FindingOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: "Open a finding.")

    @Option(help: "What is wrong, in one line.")
    var title: String

    @Option(help: "low, medium, high or critical.")
    var severity: String

    @Option(help: "By when it has to be mended: 2026-12-01.")
    var due: String

    @Option(help: "The account of whoever mends it.")
    var owner: String

    @Option(help: "What was found, and how.")
    var text: String?

    @Option(help: "Where it is shown: a claim, a run, a record.")
    var evidence: String?

    @OptionGroup var subject: SubjectOptions
    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body = subject.members
        for (name, value) in [("title", title), ("severity", severity), ("due", due), ("owner", owner)] { body[name] = .string(value) }
        body["text"] = text.map { .string($0) }
        body["evidence"] = evidence.map { .string($0) }
        let finding = body
        let answer = try await options.withClient { try await $0.post(ServerPath.findings, .object(finding)) }
        try StandardOutput.write(Array(FindingCommand.line(answer).utf8))
    }
}

struct FindingListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List open findings, the newest first.")

    @OptionGroup var subject: SubjectOptions

    @Flag(help: "Closed ones too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = subject.query(all: all)
        try await PaperText.printList(ServerPath.findings, "findings", query: query, format, options, line: FindingCommand.line)
    }
}

struct FindingShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a finding with its history.")

    @Argument(help: "The finding's id.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await PaperText.printWhole(ServerPath.findings + [id], format, options)
    }
}

struct FindingCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a finding: by somebody who has not to mend it and made nothing of what it is about.")

    @Argument(help: "The finding's id.")
    var id: String

    @Option(help: "What became of it: mended, not-a-fault or accepted.")
    var resolution = "mended"

    @Option(help: "How you know, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.findings + [id, "closure"], ["resolution": .string(resolution), "reason": .string(reason)])
        }
        try StandardOutput.write(Array(FindingCommand.line(answer).utf8))
    }
}
