import ArgumentParser
import AssayData
import AssayTerms

/// The data file and types of its columns, for commands that measure rows.
struct TypedRowsArguments: ParsableArguments {
    @OptionGroup var rows: RowFileArguments

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var schema: String?

    func dataSchema() throws(AssayError) -> DataSchema {
        guard let schema else { return DataSchema() }
        return try DataSchema(json: SmallFile.bytes(of: schema))
    }
}
