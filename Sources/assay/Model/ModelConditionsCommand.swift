import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelConditionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conditions", abstract: "List what approvals of a model asked for, or find one of them met.",
        discussion: """
            A condition that is due and open stops the next promotion of the model. Somebody who may approve, and made \
            nothing of the version, finds it met: --met ID --comment TEXT.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "The condition that is met.")
    var met: String?

    @Option(help: "What was done, for the record.")
    var comment: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let text = try await options.withClient { client in
            if let met {
                var body: JSONObject = ["model": .string(name), "condition": .string(met)]
                body["comment"] = comment.map { .string($0) }
                let condition = try await client.post(ServerPath.conditionFulfilment, .object(body))
                return "\(condition["met_by"]?.string ?? "You") found it met: \((condition["text"]?.string ?? "").printable)\n"
            }
            let conditions = try await client.get(ServerPath.conditions, query: [("model", name)])["conditions"]?.array ?? []
            return conditions.isEmpty ? "No approval of \(name) asked for anything.\n" : conditions.map(Self.line).joined()
        }
        try StandardOutput.write(Array(text.utf8))
    }

    private static func line(_ condition: JSONValue) -> String {
        let due = AccessTime.text(condition["due_ms"]?.integer ?? 0).prefix(10)
        let state =
            if condition["state"]?.string == "met" {
                "met, says \(condition["met_by"]?.string ?? "?")"
            } else if condition["overdue"]?.bool == true {
                "OVERDUE since \(due)"
            } else if condition["in_force"]?.bool == true {
                "open, due \(due)"
            } else {
                "asks for nothing: its approval led to no promotion"
            }
        return "\(condition["id"]?.string ?? "?")  version \(condition["version"]?.integer ?? 0)  \(state)  \((condition["text"]?.string ?? "").printable)\n"
    }
}
