import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayPolicy
import AssayTerms
import Foundation

struct FeaturesJoinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Give rows the features that were known of their entity at their time.",
        discussion: """
            Of a view each row gets the newest row of its entity at or before its own time, to the microsecond, that is no older than \
            the view's validity; never a later one. Of rows of one entity and time the later one of the source counts. Rows without \
            such a row get missing values. From CSV to CSV the other columns are written as they stand.
            """)

    @Argument(help: "The rows: a file in CSV, JSON Lines, Parquet or Arrow IPC, or a folder of such files.")
    var rows: String

    @Option(help: "A feature view; may be repeated.")
    var view: [String]

    @Option(help: "The column of the time that each row asks for.")
    var timestamp: String

    @Option(help: "Only these columns of the rows, separated by commas (a comma in a name is \\,).")
    var keep: String?

    @Flag(help: "Call the features VIEW__FEATURE.")
    var prefix = false

    @Option(name: [.customShort("o"), .long], help: "A file ending in .csv, .jsonl or .parquet; without it CSV on standard output.")
    var output: String?

    func validate() throws {
        if view.isEmpty { throw ValidationError("Name a feature view with --view.") }
    }

    func run() throws {
        let form = try RowSink.Form(output)
        var views: [FeatureViewFile] = []
        for path in view { views.append(try FeatureViewFile(path)) }
        let asked = try FeatureJoinRows(
            path: rows, views: views.map(\.source), timestamp: Text(timestamp), keep: keep.map(ColumnList.texts), form: form)
        let columns = try columns(views, beside: asked.columns)
        var tables: [FeatureTable] = []
        for view in views {
            tables.append(
                try ProgressLine.shown { progress throws(AssayError) in try FeatureTable(reading: view.source, progress: progress) })
        }
        let out = try RowSink(form, path: output, columns: columns)
        var counts = tables.map { _ in FeatureJoinCounts() }
        do {
            while let block = try asked.next() {
                var columns = block.shown
                for index in tables.indices {
                    let answer = try tables[index].answer(entities: block.entities[index], at: block.time)
                    counts[index].add(answer)
                    columns += answer.columns
                }
                try out.write(RowBlock(rowCount: block.rowCount, columns: columns))
            }
            try asked.finish()
            try out.finish()
        } catch {
            out.abandon()
            throw error
        }
        let lines = zip(zip(views, tables), counts).map { $1.line($0.0.view, $0.1) } + (output.map { ["Wrote \($0)."] } ?? [])
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        // Without a file, standard output is the rows'.
        if output == nil { FileHandle.standardError.write(Data(bytes)) } else { try StandardOutput.write(bytes) }
    }

    /// All columns that are written.
    ///
    /// - Throws: `invalidArgument` where two have one name.
    private func columns(
        _ views: [FeatureViewFile], beside kept: [(name: Text, type: ColumnType)]
    ) throws(AssayError) -> [(name: Text, type: ColumnType)] {
        var columns = kept
        var known = Set(kept.map(\.name))
        for file in views {
            for feature in file.view.features {
                let name = prefix ? Text("\(file.view.name)__\(feature.name)") : feature.name
                guard known.insert(name).inserted else {
                    throw AssayError(
                        .invalidArgument,
                        "the feature '\(name)' of \(file.view.name) is called like another column; tell them apart with --prefix, "
                            + "or leave columns of the rows out with --keep")
                }
                columns.append((name, feature.type.column))
            }
        }
        return columns
    }
}
