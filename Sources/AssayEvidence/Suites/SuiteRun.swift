package import AssayColumns
import AssayData
import AssayJSON
package import AssayTerms

/// A suite held against data, in one pass.
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
        var works = try Self.works(suite, types: table.columns.map(\.type), columns: table.columnNames)
        let reader = try table.makeReader()
        var rowCount = 0
        while let block = try reader.next() {
            try Self.add(block, to: &works)
            rowCount += block.rowCount
            progress(rowCount)
        }
        let facts = try reader.finish()
        for index in works.indices { outcomes.append(try works[index].outcome()) }
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
        var works = try works(suite, types: types, columns: columns)
        for block in blocks { try add(block, to: &works) }
        var outcomes: [ExpectationOutcome] = []
        for index in works.indices { outcomes.append(try works[index].outcome()) }
        return outcomes
    }

    private static func works(
        _ suite: ExpectationSuite, types: [ColumnType], columns: [Text]
    ) throws(AssayError) -> [Work] {
        let factory = ExpectationFactory(types: types, columns: columns)
        var works: [Work] = []
        for expectation in suite.expectations { works.append(try Work(expectation, factory)) }
        return works
    }

    private static func add(_ block: RowBlock, to works: inout [Work]) throws(AssayError) {
        let rows = Array(block.firstRow..<(block.firstRow + block.rowCount))
        for index in works.indices { try works[index].add(block, rows: rows) }
    }

    /// An expectation with its condition; what the data cannot be asked ends it, and the others go on.
    private struct Work {
        private var state: any ExpectationState
        private var condition: RowCondition?

        init(_ expectation: ExpectationSuite.Expectation, _ factory: ExpectationFactory) throws(AssayError) {
            state = SettledExpectation(settled: ExpectationOutcome(success: false))
            do throws(AssayError) {
                if let written = expectation.kwargs["row_condition"], !written.isNull {
                    let read = try RowConditionParser.condition(written)
                    for column in read.columns { _ = try factory.type(of: column) }
                    condition = read
                }
                state = try factory.state(expectation)
            } catch {
                try fail(error)
            }
        }

        private mutating func fail(_ error: AssayError) throws(AssayError) {
            guard error.code == .unsupported else { throw error }
            state = SettledExpectation(settled: ExpectationOutcome(success: false, exception: error.message))
            condition = nil
        }

        mutating func add(_ block: RowBlock, rows: [Int]) throws(AssayError) {
            do throws(AssayError) {
                guard let condition else { return try state.add(block, rows: rows) }
                let kept = try condition.mask(block).enumerated().filter(\.element).map(\.offset)
                guard !kept.isEmpty else { return }
                try state.add(
                    RowBlock(
                        firstRow: block.firstRow, rowCount: kept.count, columns: block.columns.map { $0.gathered(kept) }),
                    rows: kept.map { rows[$0] })
            } catch {
                try fail(error)
            }
        }

        mutating func outcome() throws(AssayError) -> ExpectationOutcome {
            do throws(AssayError) {
                return try state.outcome()
            } catch {
                try fail(error)
                return try state.outcome()
            }
        }
    }
}
