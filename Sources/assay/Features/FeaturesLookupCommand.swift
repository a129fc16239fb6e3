import ArgumentParser
import AssayColumns
import AssayJSON
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
        let file = try FeatureStoreFile(store)
        guard entity.count == file.entities.count else {
            throw AssayError(
                .invalidArgument,
                "an entity of \(file.view) is named by \(file.entities.joined(separator: ", ")): \(file.entities.count) values, "
                    + "and \(entity.count) are given")
        }
        let text = at ?? SystemTime.now()
        guard let now = Timestamp.microseconds(from: Text(text)) else {
            throw AssayError(.invalidArgument, "--at is '\(text)'; a time is written 2026-01-31T00:00:00Z")
        }
        guard let row = try file.row(of: entity) else { throw miss("nothing is known of it") }
        guard row.time <= now else { throw miss("its newest row is of \(Timestamp.text(microseconds: row.time)), which is later than \(text)") }
        let (age, isHuge) = now.subtractingReportingOverflow(row.time)
        if let validity = file.validity, isHuge || age > validity {
            throw miss("its newest row is of \(Timestamp.text(microseconds: row.time)), older than the view allows")
        }
        let answer: JSONValue = [
            "view": .string(file.view), "entity": .array(entity.map { .string($0) }), "time": .string(Timestamp.text(microseconds: row.time)),
            "features": row.features,
        ]
        try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
    }

    private func miss(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("No features: \(reason).\n".utf8))
        return ExitCode(1)
    }
}
