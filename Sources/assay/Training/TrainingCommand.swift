import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay training`: models trained anew when something asks for it.
struct TrainingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training", abstract: "Train models anew when a monitor breaks, data or code change, by the clock or by hand.",
        discussion: """
            Pipelines (a document, training/v1) say what begins the training of which models, what runs it, and how often at most. Programs \
            run in workers (assay training work) or elsewhere (GitHub Actions, Airflow, Argo, a webhook); the server runs none. A version \
            that results is linked to its reason and meets the same gate as any other.
            """,
        subcommands: [
            TrainingApplyCommand.self, TrainingPipelinesCommand.self, TrainingListCommand.self, TrainingShowCommand.self,
            TrainingStartCommand.self, TrainingTriggerCommand.self, TrainingCancelCommand.self, TrainingFinishCommand.self,
            TrainingWorkCommand.self,
        ])

    /// `3f…  finished  loans  lending  monitor  version 2  2026-11-27T03:00:00Z`
    static func line(_ run: JSONValue) -> String {
        let version = run["version"]?.integer.map { "version \($0)" }
        let parts = [
            run["id"]?.string, run["state"]?.string, run["pipeline"]?.string, run["model"]?.string ?? run["model_id"]?.string,
            run["trigger"]?.string, version, run["created_ms"]?.integer.map(AccessTime.text),
        ]
        return parts.compactMap { $0 }.joined(separator: "  ").printable + "\n"
    }

    /// The line, why it began and what came back.
    static func whole(_ run: JSONValue) -> String {
        var text = line(run)
        for member in run["reason"]?.object?.members ?? [] where !member.value.isNull {
            let value = member.value.string ?? String(decoding: member.value.bytes(), as: UTF8.self)
            text += "  \(member.name): \(value)".printable + "\n"
        }
        for name in ["words", "worker", "by", "remote", "exit_status", "run_id", "target", "request"] {
            guard let value = run[name], !value.isNull else { continue }
            text += "  \(name.replacing("_", with: " ")): \(value.string ?? String(decoding: value.bytes(), as: UTF8.self))".printable + "\n"
        }
        if let output = run["output"]?.string, !output.isEmpty {
            text += "  its last words:\n"
            for line in output.split(separator: "\n") { text += "    \(String(line).printable)\n" }
        }
        return text
    }

    static func write(_ run: JSONValue, _ format: WebhookCommand.Format) throws {
        let isJSON = format == .json
        try StandardOutput.write(isJSON ? run.bytes(pretty: true) + [UInt8(ascii: "\n")] : Array(whole(run).utf8))
    }
}

struct TrainingApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put pipelines into force; for administrators.",
        discussion: "Secrets are named and not written: env:NAME, file:PATH and vault:MOUNT/PATH#FIELD are read by the server at each attempt.")

    @Argument(help: "The file, in YAML: assay: training/v1.")
    var file: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let source = try SmallFile.bytes(of: file)
        let answer = try await options.withClient { try await $0.post(ServerPath.trainingPipelines, text: source, type: "application/yaml") }
        let number = answer["number"]?.integer ?? 0
        let words = answer["new"]?.bool == true ? "is in force" : "is in force already"
        try StandardOutput.write(Array("Version \(number) of the pipelines \(words).\n".utf8))
    }
}

struct TrainingPipelinesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pipelines", abstract: "Print the pipelines in force.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.trainingPipelines) }
        guard let rules = answer["rules"], let text = rules["text"]?.string else {
            return try StandardOutput.write(Array("# No pipelines were applied yet: assay training apply FILE.\n".utf8))
        }
        let time = rules["applied_ms"]?.integer.map(AccessTime.text) ?? "?"
        let head = "# version \(rules["number"]?.integer ?? 0), applied \(time)\n"
        try StandardOutput.write(Array((head + text + (text.hasSuffix("\n") ? "" : "\n")).utf8))
    }
}

struct TrainingListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Runs of pipelines, the newest first.")

    @Option(help: "Only this pipeline's.")
    var pipeline: String?

    @Option(name: [.customShort("m"), .customLong("model")], help: "Only this model's.")
    var model: String?

    @Option(help: "How many to show at most.")
    var limit = 100

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit); it is at least 1.") }
    }

    func run() async throws {
        var query = [("max_results", String(limit))]
        if let pipeline { query.append(("pipeline", pipeline)) }
        if let model { query.append(("model", model)) }
        let asked = query
        let answer = try await options.withClient { try await $0.get(ServerPath.training, query: asked) }
        if format == .json { return try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        try StandardOutput.write(Array((answer["training"]?.array ?? []).map(TrainingCommand.line).joined().utf8))
    }
}

struct TrainingShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Why a run began and what came of it.")

    @Argument(help: "The run's id, as 'assay training list' shows it.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try TrainingCommand.write(try await options.withClient { try await $0.get(ServerPath.training(id)) }, format)
    }
}

struct TrainingStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Begin a pipeline by hand.",
        discussion: "Needs the permission 'request' on the model. Bounds hold back what begins by itself, and not people.")

    @Argument(help: "The pipeline.")
    var pipeline: String

    @Option(name: [.customShort("m"), .customLong("model")], help: "The model, where the pipeline is about several.")
    var model: String?

    @Option(help: "Why.")
    var reason = ""

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = ["pipeline": .string(pipeline), "reason": .string(reason)]
        body["model"] = model.map { .string($0) }
        let asked = JSONValue.object(body)
        try TrainingCommand.write(try await options.withClient { try await $0.post(ServerPath.training, asked) }, .text)
    }
}

struct TrainingCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a run; its worker ends the program. What runs elsewhere is not reached.")

    @Argument(help: "The run's id.")
    var id: String

    @Option(help: "Why.")
    var reason = ""

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let body: JSONValue = ["reason": .string(reason)]
        try TrainingCommand.write(try await options.withClient { try await $0.post(ServerPath.training(id, "cancellation"), body) }, .text)
    }
}

struct TrainingFinishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finish", abstract: "Say what came of a run elsewhere that registers no version, or failed.")

    @Argument(help: "The run's id.")
    var id: String

    @Flag(help: "It failed.")
    var failed = false

    @Option(help: "In a few words.")
    var words = ""

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let body: JSONValue = ["outcome": .string(failed ? "failed" : "finished"), "words": .string(words)]
        try TrainingCommand.write(try await options.withClient { try await $0.post(ServerPath.training(id, "result"), body) }, .text)
    }
}
