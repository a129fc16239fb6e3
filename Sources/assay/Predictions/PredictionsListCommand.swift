import ArgumentParser
import AssayColumns
import AssayJSON
import AssayTerms

struct PredictionsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The segments of a model's prediction records, and of labels for them.")

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model.")
    var model: String

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let (predictions, labels) = try await options.withClient { client in
            (try await client.segments(ofModel: model, kind: "predictions"), try await client.segments(ofModel: model, kind: "labels"))
        }
        switch format {
        case .json:
            let value: JSONValue = ["predictions": .array(predictions), "labels": .array(labels)]
            try StandardOutput.write(value.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            let lines = predictions.map { Self.line($0, "predictions") } + labels.map { Self.line($0, "labels") }
            try StandardOutput.write(Array((lines.isEmpty ? ["Nothing is recorded of \(model)."] : lines).map { $0 + "\n" }.joined().utf8))
        }
    }

    /// `958e809d…  predictions  version 3  512 rows  2026-01-31T08:09:10Z to 2026-01-31T08:09:12Z`
    private static func line(_ segment: JSONValue, _ kind: String) -> String {
        func time(_ name: String) -> String { segment[name]?.integer.map { Timestamp.text(microseconds: $0) } ?? "?" }
        let rows = segment["rows"]?.integer ?? 0
        let erased = segment["erased"]?.integer ?? 0
        var parts = [segment["segment"]?.string ?? "?", kind]
        if let version = segment["version"]?.integer { parts.append("version \(version)") }
        parts.append("\(rows) \(rows == 1 ? "row" : "rows")\(erased > 0 ? ", \(erased) erased" : "")")
        parts.append("\(time("first")) to \(time("last"))")
        return parts.joined(separator: "  ")
    }
}
