import ArgumentParser
import AssayJSON
import AssayTerms

struct PredictionsRetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Say for how many days a model's prediction records are kept; without a number, tell.")

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model.")
    var model: String

    @Argument(help: "The number of days, or 'forever'.")
    var days: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { client in
            guard let days else { return try await client.get(ServerPath.predictionRetention, query: [("model", model)]) }
            let number: JSONValue
            if days == "forever" {
                number = .null
            } else {
                guard let count = Int64(days) else { throw AssayError(.invalidArgument, "'\(days)' is no number of days; or say forever.") }
                number = .integer(count)
            }
            return try await client.post(ServerPath.predictionRetention, ["model": .string(model), "days": number])
        }
        let words = answer["days"]?.integer.map { "for \($0) \($0 == 1 ? "day" : "days")" } ?? "for ever"
        try StandardOutput.write(Array("Prediction records of \(model) are kept \(words).\n".utf8))
    }
}
