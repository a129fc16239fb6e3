import ArgumentParser
import AssayJSON
import AssayPolicy
import AssayTerms

/// `assay rollout`: versions that meet traffic before they take a place.
struct RolloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout", abstract: "Let a version meet traffic before it takes a place: shadow, canary, A/B, flag.",
        discussion: """
            A rollout is a document (assay rollout template prints one) that names a candidate, what it is compared with, the places it \
            would take, steps and guards. Gateways carry it out and report what they count; guards look at it after each report, and may, \
            since their intervals hold at all times. A candidate that is worse goes back by itself, and one that is shown to be no worse \
            takes its places by itself, through the gate, where the document says so.
            """,
        subcommands: [
            RolloutTemplateCommand.self, RolloutStartCommand.self, RolloutListCommand.self, RolloutShowCommand.self, RolloutStopCommand.self,
            RolloutRollbackCommand.self, RolloutPromoteCommand.self,
        ])

    /// `3f…  running  canary  version 3 of loans against version 2  step 1 of 3 (5%)  ana  2026-11-26T10:00:00Z`
    static func line(_ rollout: JSONValue) -> String {
        let strategy = rollout["strategy"]?.string ?? "?"
        let version = rollout["candidate"]?.integer.map(String.init) ?? "?"
        let baseline = rollout["baseline"]?["version"]?.integer.map { " against version \($0)" } ?? ""
        let steps = rollout["steps"]?.integer ?? 0
        let share = strategy == "flag" ? "" : " (\(rollout["share"]?.string ?? "?"))"
        let parts = [
            rollout["id"]?.string, rollout["state"]?.string, strategy, "version \(version) of \(rollout["model"]?.string ?? "?")\(baseline)",
            steps > 0 ? "step \((rollout["step"]?.integer ?? 0) + 1) of \(steps)\(share)" : nil, rollout["made_by"]?.string,
            rollout["made_ms"]?.integer.map(AccessTime.text),
        ]
        return parts.compactMap { $0 }.joined(separator: "  ") + "\n"
    }

    /// The line, what guards say, what follows, what was counted, and the entries of the log.
    static func whole(_ rollout: JSONValue) -> String {
        var lines = [line(rollout)]
        for finding in rollout["findings"]?.array ?? [] { lines.append("  \(finding["text"]?.string ?? "?")\n") }
        if let next = rollout["next"]?["text"]?.string { lines.append("  next: \(next)\n") }
        if let reason = rollout["reason"]?.string { lines.append("  reason: \(reason)\n") }
        if let refusal = rollout["refusal"]?.string { lines.append("  the gate: \(refusal.replacing("\n", with: "\n    "))\n") }
        for (step, tally) in rollout["tallies"]?.object?.members ?? [] {
            let counts = (tally.object?.members ?? []).filter { $0.value.integer != 0 }.map { "\($0.name) \($0.value.integer ?? 0)" }
            lines.append("  step \((Int(step) ?? 0) + 1): \(counts.isEmpty ? "nothing" : counts.joined(separator: ", "))\n")
        }
        for entry in rollout["history"]?.array ?? [] {
            let actor = entry["actor_name"]?.string ?? entry["actor"]?.string ?? "?"
            lines.append("  \(entry["time"]?.string ?? "?")  \(entry["kind"]?.string ?? "?")  \(actor)\n")
        }
        return lines.joined()
    }
}

struct RolloutStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Begin a rollout.",
        discussion: "A candidate that is to answer people needs the gate's leave for each target now, and a refusal says what is missing.")

    @Argument(help: "The document, rollout/v1.")
    var file: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let source = try SmallFile.bytes(of: file)
        // Mistakes are told with the file's name, before anybody is asked.
        do { _ = try RolloutDocument.read(source) } catch { throw error.error(file: file) }
        let answer = try await options.withClient { try await $0.post(ServerPath.rollouts, text: source, type: "application/yaml") }
        try PaperText.print(answer, format, RolloutCommand.line)
    }
}

struct RolloutListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List rollouts that are under way, the newest first.")

    @Option(help: "Those of one model.")
    var model: String?

    @Flag(help: "Ended ones too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = (model.map { [("model", $0)] } ?? []) + (all ? [] : [("in_force", "true")])
        let answer = try await options.withClient { try await $0.get(ServerPath.rollouts, query: query) }
        try PaperText.print(answer, format) { answer in
            let rollouts = answer["rollouts"]?.array ?? []
            return rollouts.isEmpty ? "There are none.\n" : rollouts.map(RolloutCommand.line).joined()
        }
    }
}

struct RolloutShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a rollout: what was counted, what its guards say, what follows, and its history.")

    @Argument(help: "The rollout's id.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.rollout(id)) }
        try PaperText.print(answer, format, RolloutCommand.whole)
    }
}

struct RolloutStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a rollout; requests go to the version that holds the place.")

    @Argument(help: "The rollout's id.")
    var id: String

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.rollout(id, "stop"), ["reason": .string(reason)]) }
        try StandardOutput.write(Array(RolloutCommand.line(answer).utf8))
    }
}

struct RolloutRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "End a rollout because its candidate is worse; requests go to the version that holds the place.")

    @Argument(help: "The rollout's id.")
    var id: String

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.rollout(id, "rollback"), ["reason": .string(reason)]) }
        try StandardOutput.write(Array(RolloutCommand.line(answer).utf8))
    }
}

struct RolloutPromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Let the candidate take its targets, through the gate.",
        discussion: "The gate decides as for any version; a refusal says what is missing, and the rollout goes on.")

    @Argument(help: "The rollout's id.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.rollout(id, "promotion"), [:]) }
        try StandardOutput.write(Array(RolloutCommand.line(answer).utf8))
    }
}
