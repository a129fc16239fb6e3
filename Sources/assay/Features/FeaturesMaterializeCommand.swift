import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayPolicy
import AssayTerms

struct FeaturesMaterializeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "materialize", abstract: "Write the newest row of each entity into a file that is looked up.")

    @Argument(help: "The feature view, in the form feature-view/v1.")
    var view: String

    @Option(help: "The file, which takes the place of one that is there.")
    var store: String

    @Option(help: "As of this time, 2026-01-31T00:00:00Z: rows that were written later are left out.")
    var at: String?

    func run() throws {
        let time = try at.map { text throws(AssayError) in
            guard let time = Timestamp.microseconds(from: Text(text)) else {
                throw AssayError(.invalidArgument, "--at is '\(text)'; a time is written 2026-01-31T00:00:00Z")
            }
            return time
        }
        let file = try FeatureViewFile(view)
        let table = try ProgressLine.shown { progress throws(AssayError) in
            try FeatureTable(reading: file.source, keepsEntities: true, progress: progress)
        }
        let newest = table.newest(at: time)
        let out = try RowOutput(path: store)
        do {
            try FeatureStoreFile.write(newest, of: file.view, to: out)
            try out.finish()
        } catch {
            out.abandon()
            throw error
        }
        var line = "\(file.view.name): the newest of \(NumberText.grouped(table.rowCount)) rows for each of \(NumberText.grouped(newest.times.count)) entities"
        if table.unusableCount > 0 { line += ", \(NumberText.grouped(table.unusableCount)) rows without entity or timestamp left out" }
        try StandardOutput.write(Array("\(line). Wrote \(store).\n".utf8))
    }
}
