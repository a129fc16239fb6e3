import ArgumentParser
import AssayColumns
import AssayJSON
import AssayServing
import AssayTerms
import Foundation

struct FeaturesLookupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "The newest features of an entity, as JSON, where they are not older than the view allows.",
        discussion: "Exit status 1 where nothing valid is known of the entity.")

    @Argument(help: "The file that assay features materialize wrote.")
    var store: String

    @Argument(help: "The entity: a value for each of the view's entity columns, in their order.")
    var entity: [String]

    @Option(help: "As of this time, 2026-01-31T00:00:00Z, instead of now.")
    var at: String?

    func run() throws {
        let values = try FeatureStoreFile.read(store)
        guard entity.count == values.entities.count else {
            throw AssayError(
                .invalidArgument,
                "an entity of \(values.view) is named by \(values.entities.map(\.name.string).joined(separator: ", ")): \(values.entities.count) values, "
                    + "and \(entity.count) are given")
        }
        let text = at ?? SystemTime.now()
        guard let now = Timestamp.microseconds(from: Text(text)) else {
            throw AssayError(.invalidArgument, "--at is '\(text)'; a time is written 2026-01-31T00:00:00Z")
        }
        var key: [ColumnValue] = []
        for (word, field) in zip(entity, values.entities) {
            guard let value = field.type == .int64 ? Int64(word).map({ .integer($0) }) : ColumnValue.text(Text(word)) else {
                throw AssayError(.invalidArgument, "'\(field.name)' of \(values.view) is a whole number, and '\(word.prefix(100))' is none")
            }
            key.append(value)
        }
        let row: Int
        switch values.find(key, at: now) {
        case .found(let found): row = found
        case .unknown: throw miss("nothing is known of it")
        case .later(let row): throw miss("its newest row is of \(Timestamp.text(microseconds: values.times[row])), which is later than \(text)")
        case .expired(let row): throw miss("its newest row is of \(Timestamp.text(microseconds: values.times[row])), older than the view allows")
        }
        let answer: JSONValue = [
            "view": .string(values.view.string), "entity": .array(entity.map { .string($0) }), "time": .string(Timestamp.text(microseconds: values.times[row])),
            "features": .object(JSONObject(values.columns.map { ($0.name.string, $0.json(row)) })),
        ]
        try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
    }

    private func miss(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("No features: \(reason).\n".utf8))
        return ExitCode(1)
    }
}
