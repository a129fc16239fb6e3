import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay incident`: what happened, and the clocks that run because of it.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "Incidents, the clocks that run because of them, and what was reported.",
        discussion: """
            The list of clocks is a reading of the law that each names; counsel decides which of them bear on an organisation. Business \
            days are Monday to Friday: public holidays are not known here.
            """,
        subcommands: [
            IncidentOpenCommand.self, IncidentListCommand.self, IncidentShowCommand.self, IncidentReportCommand.self,
            IncidentCloseCommand.self, IncidentClocksCommand.self,
        ])

    /// One line for the incident and one for each of its clocks: `    escalated  clk-gdpr-33  due 2026-12-01T10:00:00Z`.
    static func lines(_ incident: JSONValue) -> String {
        let content = incident["content"]
        let parts = [
            incident["id"]?.string, incident["state"]?.string, content?["severity"]?.string,
            content?["owner"]?.string.map { "owner \($0)" }, content?["aware"]?.string.map { "known since \($0)" },
            incident["about"]?.string, content?["title"]?.string.map { "\"\($0)\"" },
        ]
        let escalation = content?["escalate_to"]?.string
        let clocks = (incident["clocks"]?.array ?? []).map { clock in
            let state = clock["state"]?.string ?? "?"
            let due = clock["due_ms"]?.integer.map { "  due \(AccessTime.text($0))" } ?? ""
            let filed = clock["filed_ms"]?.integer.map { "  filed \(AccessTime.text($0))" } ?? ""
            let told = state == "escalated" ? escalation.map { "  tell \($0)" } ?? "" : ""
            return "    \(state)  \(clock["clock"]?.string ?? "?")\(due)\(filed)\(told)  \(clock["basis"]?.string ?? "")\n"
        }
        return parts.compactMap { $0 }.joined(separator: "  ") + "\n" + clocks.joined()
    }
}

struct IncidentOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Record an incident.", discussion: "The clocks are listed by: assay incident clocks")

    @Option(help: "What happened, in one line.")
    var title: String

    @Option(help: "low, medium, high or critical.")
    var severity: String

    @Option(help: "Since when the organisation knows: 2026-11-26T10:30:00Z. Clocks start there.")
    var aware: String

    @Option(help: "The account of whoever sees to it.")
    var owner: String

    @Option(help: "A clock that runs; may be given several times.")
    var clock: [String] = []

    @Option(help: "The account of whoever is told when a clock runs out.")
    var escalateTo: String?

    @Option(help: "When it happened.")
    var occurred: String?

    @Option(help: "What happened, to whom, and how it was found.")
    var text: String?

    @OptionGroup var subject: SubjectOptions
    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body = subject.members
        for (name, value) in [("title", title), ("severity", severity), ("aware", aware), ("owner", owner)] { body[name] = .string(value) }
        if !clock.isEmpty { body["clocks"] = .array(clock.map { .string($0) }) }
        for (name, value) in [("escalate_to", escalateTo), ("occurred", occurred), ("text", text)] { body[name] = value.map { .string($0) } }
        let incident = body
        let answer = try await options.withClient { try await $0.post(ServerPath.incidents, .object(incident)) }
        try StandardOutput.write(Array(IncidentCommand.lines(answer).utf8))
    }
}

struct IncidentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List open incidents with their clocks, the newest first.",
        discussion: "Ends with exit status 1 while a clock of one that is listed has run out.")

    @OptionGroup var subject: SubjectOptions

    @Flag(help: "Closed ones too.")
    var all = false

    @Option(help: "How far the clocks have run at this moment; now without it.")
    var at: String?

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = subject.query(all: all) + (at.map { [("at", $0)] } ?? [])
        let answer = try await options.withClient { try await $0.get(ServerPath.incidents, query: query) }
        let incidents = answer["incidents"]?.array ?? []
        try PaperText.print(answer, format) { _ in
            incidents.isEmpty ? "There are none.\n" : incidents.map(IncidentCommand.lines).joined()
        }
        let hasRunOut = incidents.contains { incident in
            incident["clocks"]?.array?.contains { $0["state"]?.string == "escalated" } ?? false
        }
        if hasRunOut { throw ExitCode(1) }
    }
}

struct IncidentShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an incident with its clocks and history.")

    @Argument(help: "The incident's id.")
    var id: String

    @Option(help: "How far the clocks have run at this moment; now without it.")
    var at: String?

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = at.map { [("at", $0)] } ?? []
        let answer = try await options.withClient { try await $0.get(ServerPath.incidents + [id], query: query) }
        try PaperText.print(answer, format) { IncidentCommand.lines($0) + PaperText.whole($0) }
    }
}

struct IncidentReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Record what was filed, or that nothing has to be: it stops the clock.")

    @Argument(help: "The incident's id.")
    var id: String

    @Option(help: "The clock that it answers.")
    var clock: String

    @Option(help: "What was filed with whom; with --not-required, why nothing has to be.")
    var text: String

    @Flag(help: "Nothing has to be filed.")
    var notRequired = false

    @Option(help: "When it was filed; now without it.")
    var filed: String?

    @Option(help: "The receiver's reference.")
    var reference: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = [
            "clock": .string(clock), "text": .string(text), "outcome": .string(notRequired ? "not-required" : "filed"),
        ]
        body["filed"] = filed.map { .string($0) }
        body["reference"] = reference.map { .string($0) }
        let report = body
        let answer = try await options.withClient { try await $0.post(ServerPath.incidents + [id, "reports"], .object(report)) }
        try StandardOutput.write(Array(IncidentCommand.lines(answer).utf8))
    }
}

struct IncidentCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close an incident once every clock is answered: by somebody else than its owner.")

    @Argument(help: "The incident's id.")
    var id: String

    @Option(help: "What was done so that it does not happen again.")
    var action: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.incidents + [id, "closure"], ["corrective_action": .string(action)])
        }
        try StandardOutput.write(Array(IncidentCommand.lines(answer).utf8))
    }
}

struct IncidentClocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "clocks", abstract: "List the clocks, with what starts each and where that stands.")

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.reportingClocks) }
        try PaperText.print(answer, format) { answer in
            (answer["clocks"]?.array ?? []).map { clock in
                let more = clock["extension"]?.string.map { " (+\($0))" } ?? ""
                return
                    "\(clock["clock"]?.string ?? "?")  \(clock["limit"]?.integer ?? 0) \(clock["unit"]?.string ?? "")\(more)  from \(clock["start"]?.string ?? "")  \(clock["basis"]?.string ?? "")\n"
            }.joined()
        }
    }
}
