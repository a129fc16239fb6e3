package import AssayColumns
import AssayData
import AssayJSON
package import AssayTerms

/// A suite held against data, in one pass.
///
/// Every column is counted once for all expectations on it; columns and expectations go side by side over the processors, each
/// fed block after block, so that no answer depends on how many there are.
package struct SuiteRun: Sendable {
    package let suite: ExpectationSuite
    /// One for each expectation, in the suite's order.
    package private(set) var outcomes: [ExpectationOutcome] = []
    package let input: Envelope.Input

    package var isSuccess: Bool { outcomes.allSatisfy(\.success) }

    /// - Parameter progress: told the rows read so far, after each block.
    /// - Throws: `invalidArgument` for an expectation or argument that is not known; whatever is wrong with the data.
    package init(
        _ suite: ExpectationSuite, on file: DataFile, missingWords: [Text]? = nil, types: [Text: ColumnType] = [:],
        progress: (Int) -> Void = { _ in }
    ) throws(AssayError) {
        self.suite = suite
        let table = try DataProfile.open(file, missingWords: missingWords, types: types)
        let work = try SuiteWork(suite, types: table.columns.map(\.type), columns: table.columnNames)
        let facts = try table.forEachBlockAhead { block, readNext throws(AssayError) in
            // Reading goes on while the rows read are judged.
            try work.add(block, beside: readNext)
            progress(block.firstRow + block.rowCount)
        }
        outcomes = try work.outcomes()
        input = Envelope.Input(role: "data", name: file.name, digest: facts.digest, rows: facts.rowCount)
    }

    /// The outcomes over rows that are in memory already.
    ///
    /// - Parameters:
    ///   - types: of the blocks' columns, in their order.
    ///   - columns: the names of all columns of the data.
    /// - Throws: as ``init(_:on:missingWords:types:progress:)``.
    package static func outcomes(
        of suite: ExpectationSuite, over blocks: [RowBlock], types: [ColumnType], columns: [Text]
    ) throws(AssayError) -> [ExpectationOutcome] {
        let work = try SuiteWork(suite, types: types, columns: columns)
        for block in blocks { try work.add(block) }
        return try work.outcomes()
    }
}
