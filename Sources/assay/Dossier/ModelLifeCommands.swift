import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelDueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due", abstract: "List which models are to be validated anew, and why.",
        discussion: "Ends with exit status 1 where one is.")

    @Argument(help: "A registered model's name; without it every one.")
    var name: String?

    @Option(help: "How it stands at this moment: 2027-01-01. Now without it.")
    var at: String?

    @Flag(help: "Those that are not due too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = [("model", name), ("at", at)].compactMap { name, value in value.map { (name, $0) } }
        let answer = try await options.withClient { try await $0.get(ServerPath.validations + ["due"], query: query) }
        let models = answer["models"]?.array ?? []
        let isDue = models.contains { $0["due"]?.bool == true }
        let shown = models.filter { all || name != nil || $0["due"]?.bool == true }
        try PaperText.print(answer, format) { _ in shown.isEmpty ? "None is due.\n" : shown.map(Self.line).joined() }
        if isDue { throw ExitCode(1) }
    }

    /// `loans  due: drift (3f…)  validated 2026-01-01T00:00:00Z by vera, next 2027-01-01T00:00:00Z`
    private static func line(_ model: JSONValue) -> String {
        let reasons = (model["reasons"]?.array ?? []).compactMap(\.string)
        let validated = model["validated_ms"]?.integer.map { "validated \(AccessTime.text($0)) by \(model["validated_by"]?.string ?? "?")" }
        let next = model["next_ms"]?.integer.map { ", next \(AccessTime.text($0))" } ?? ""
        let standing = reasons.isEmpty ? "not due" : "due: \(reasons.joined(separator: "; "))"
        return "\(model["model"]?.string ?? "?")  \(standing)  \(validated ?? "never validated")\(next)\n"
    }
}

struct ModelValidatedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validated", abstract: "Record that a model was validated: by somebody who made nothing of it.",
        discussion: "What asked for it is settled by that. Without --next the next one is due in a year.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "What was looked at, and what it came to.")
    var opinion: String

    @Option(help: "When the next one is due.")
    var next: String?

    @Option(help: "Where it is shown: a report, a record, a claim.")
    var evidence: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = ["opinion": .string(opinion)]
        body["next"] = next.map { .string($0) }
        body["evidence"] = evidence.map { .string($0) }
        let validation = body
        let answer = try await options.withClient { try await $0.post(ServerPath.model(name) + ["validations"], .object(validation)) }
        try StandardOutput.write(
            Array("\(name) is validated by \(answer["made_by"]?.string ?? "?"), next \(answer["content"]?["next"]?.string ?? "?")\n".utf8))
    }
}

struct ModelTriggerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Record that something asks for a validation before its time.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "code, data, drift, exposure, fairness, incident, law, performance, purpose or vendor.")
    var trigger: String

    @Option(help: "What exactly, and where it is shown.")
    var text: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.model(name) + ["triggers"], ["trigger": .string(trigger), "text": .string(text)])
        }
        try StandardOutput.write(Array("\(name) is to be validated anew: \(trigger) (\(answer["id"]?.string ?? "?"))\n".utf8))
    }
}

struct ModelHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Put a model under a legal hold, list holds, or release one.",
        discussion: """
            While a hold stands, the model and its versions are not deleted, and nothing the log says of them is erased. Somebody else \
            than who placed it releases it.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "Why, for the record. Without it the model's holds are listed.")
    var reason: String?

    @Option(help: "Release the hold with this id.")
    var release: String?

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard release == nil || reason != nil else { throw ValidationError("A release needs a --reason.") }
    }

    func run() async throws {
        guard let reason else {
            return try await PaperText.printList(ServerPath.holds, "holds", query: [("model", name)], .text, options)
        }
        let path = release.map { ServerPath.holds + [$0, "release"] } ?? ServerPath.model(name) + ["holds"]
        let answer = try await options.withClient { try await $0.post(path, ["reason": .string(reason)]) }
        try StandardOutput.write(Array(PaperText.line(answer).utf8))
    }
}

struct ModelRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Retire a model that is in use nowhere; nothing of it takes a place from then on.",
        discussion: """
            The tombstone that is kept says what the model was: its versions with the digests of their files, the places they held, and \
            for how long records are kept by the rules that you name (assay model retention lists them).
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "Why, for the record.")
    var reason: String

    @Option(help: "A retention rule that bears on it; may be given several times.")
    var rule: [String] = []

    @Option(help: "For how long at most what is personal is kept: MONTHS:WHY. May be given several times.")
    var personalLimit: [String] = []

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let limits = try personalLimit.map { text in
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let months = Int64(parts[0]) else {
                throw AssayError(.invalidArgument, "'\(text.prefix(80))' is no limit; write MONTHS:WHY.")
            }
            return JSONValue.object(["months": .integer(months), "basis": .string(String(parts[1]))])
        }
        let body: JSONValue = [
            "reason": .string(reason), "rules": .array(rule.map { .string($0) }), "personal_limits": .array(limits),
        ]
        let answer = try await options.withClient { try await $0.post(ServerPath.model(name) + ["retirement"], body) }
        let content = answer["content"]
        let retention = content?["tombstone"]?["retention"]
        let keep = retention?["keep_until"]?.string.map { "; records are kept until \($0)" } ?? ""
        let split = retention?["split"]?.bool == true ? ", what is personal until \(retention?["personal_until"]?.string ?? "?")" : ""
        try StandardOutput.write(
            Array("\(name) is retired, tombstone sha256:\(content?["tombstone_sha256"]?.string ?? "?")\(keep)\(split)\n".utf8))
    }
}

struct ModelReinstateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reinstate", abstract: "Put a retired model back into use: by somebody else than who retired it.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "Why, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient {
            try await $0.post(ServerPath.model(name) + ["reinstatement"], ["reason": .string(reason)])
        }
        try StandardOutput.write(Array("\(name) is back in use.\n".utf8))
    }
}

struct ModelRetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "List the retention rules, with the law that each is a reading of.")

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.retentionRules) }
        try PaperText.print(answer, format) { answer in
            (answer["rules"]?.array ?? []).map { rule in
                "\(rule["rule"]?.string ?? "?")  at least \(rule["months"]?.integer ?? 0) months  \(rule["what"]?.string ?? "")  \(rule["basis"]?.string ?? "")\n"
            }.joined()
        }
    }
}
