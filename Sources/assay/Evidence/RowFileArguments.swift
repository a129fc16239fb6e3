import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayTerms

/// The data file, as every command takes it that reads rows.
struct RowFileArguments: ParsableArguments {
    @Argument(help: "The rows: a file in CSV, JSON Lines, Parquet or Arrow IPC, or a folder of such files.")
    var data: String

    @Option(help: "Words that stand for a missing value in CSV, separated by commas; without it pandas' words.")
    var missing: String?

    var file: DataFile { DataFile(path: data) }

    var missingWords: [Text]? { missing.map(ColumnList.texts) }
}
