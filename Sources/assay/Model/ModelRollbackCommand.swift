import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to a version that held the place before: at once, and reviewed after.",
        discussion: """
            For emergencies. The gate is not asked again; the log says that it was an emergency and why. A finding is opened that \
            somebody else has to close within 72 hours: once it is overdue, no version of the model takes a gated place.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version to go back to; without it the last that held the place before the present one.")
    var version: Int?

    @Option(help: "The stage, for example Production.")
    var stage: String?

    @Option(help: "The alias, for example champion.")
    var alias: String?

    @Option(help: "Why; it stands in the log.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard (stage == nil) != (alias == nil) else {
            throw ValidationError("Name one place: --stage Production or --alias champion.")
        }
    }

    func run() async throws {
        var body: JSONObject = [
            "target": stage.map { ["stage": .string($0)] } ?? ["alias": .string(alias ?? "")], "reason": .string(reason),
        ]
        body["version"] = version.map { .integer(Int64($0)) }
        let answer = try await options.withClient { [body] in try await $0.post(ServerPath.model(name) + ["rollback"], .object(body)) }
        let text = """
            \(name) version \(answer["version"]?.integer ?? 0) holds \(answer["target"]?.string ?? "?") again.
            Somebody else reviews this by \(answer["review_due"]?.string ?? "?"): assay finding close \(answer["review"]?.string ?? "?") --resolution … --reason …

            """
        try StandardOutput.write(Array(text.utf8))
    }
}
