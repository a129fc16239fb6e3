import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

/// The data file of the commands that look at columns as they are.
struct FileArguments: ParsableArguments {
    @OptionGroup var rows: RowFileArguments

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var types: String?

    var file: DataFile { rows.file }

    var missingWords: [Text]? { rows.missingWords }

    func columnTypes() throws(AssayError) -> [Text: ColumnType] {
        guard let types else { return [:] }
        return try DataSchema(json: SmallFile.bytes(of: types)).types
    }

    /// The profile of a file, with progress on a terminal.
    func profile(_ file: DataFile, role: String = "data", types: [Text: ColumnType]) throws(AssayError) -> DataProfile {
        try ProgressLine.shown { progress throws(AssayError) in
            try DataProfile(of: file, role: role, missingWords: missingWords, types: types, progress: progress)
        }
    }
}
