package import AssayTerms

/// How a data file is to be read.
package struct DataOptions: Sendable {
    /// The texts that stand for a missing value in CSV, compared byte by byte, in quotes or not. Exactly these: an
    /// empty cell is missing only if the empty text is among them.
    package var missingWords: [Text]
    /// Types for columns by name; the others are found by the rule for the file's format.
    package var schema: DataSchema
    /// The columns to read, in this order; `nil` is all in the file's order.
    package var columns: [Text]?
    /// Columns to read behind those, each where the file has it and it is not read already.
    package var optionalColumns: OptionalColumns = .named([])

    package enum OptionalColumns: Sendable, Hashable {
        case named([Text])
        /// Every column of the file.
        case all
    }

    package init(
        missingWords: [Text] = Self.pandasMissingWords, schema: DataSchema = DataSchema(), columns: [Text]? = nil
    ) {
        self.missingWords = missingWords
        self.schema = schema
        self.columns = columns
    }

    /// pandas 3.1.1, `pandas._libs.parsers.STR_NA_VALUES`.
    package static let pandasMissingWords: [Text] = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ]
}
