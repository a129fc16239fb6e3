import ArgumentParser
import AssayJSON
import AssayTerms

struct PredictionsEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase recorded predictions and labels, by id, reference, or a recorded column's value.",
        discussion: "The segments are written anew without these rows, and the keys of the old ones are destroyed, so that backups cannot be read either.")

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model.")
    var model: String

    @Option(help: "A row's id; may be repeated.")
    var id: [String] = []

    @Option(help: "A client's reference; may be repeated.")
    var reference: [String] = []

    @Option(help: ArgumentHelp("A recorded column and the value whose rows are erased: customer=4711.", valueName: "column=value"))
    var `where`: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = [
            "model": .string(model), "ids": .array(id.map { .string($0) }), "references": .array(reference.map { .string($0) }),
        ]
        if let rule = self.where {
            guard let place = rule.firstIndex(of: "="), place != rule.startIndex else {
                throw AssayError(.invalidArgument, "--where is written COLUMN=VALUE, and not '\(rule.prefix(200))'.")
            }
            body["column"] = .string(String(rule[..<place]))
            body["values"] = .array([.string(String(rule[rule.index(after: place)...]))])
        }
        let answer = try await options.withClient { try await $0.post(ServerPath.erasure, .object(body)) }
        let (rows, segments) = (answer["rows"]?.integer ?? 0, answer["segments"]?.integer ?? 0)
        try StandardOutput.write(
            Array("Erased \(rows) \(rows == 1 ? "row" : "rows") in \(segments) \(segments == 1 ? "segment" : "segments") of \(model).\n".utf8))
    }
}
