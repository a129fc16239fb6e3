import AssayColumns
import AssayJSON
import AssayTerms

/// The expectations of a suite under one row condition, and what they share.
final class SuiteGroup {
    /// One expectation in work; what the data cannot be asked ends it, and the others go on.
    final class Work {
        private var state: any ExpectationState
        /// What no run can go on after.
        private(set) var error: AssayError?

        init(_ state: any ExpectationState) { self.state = state }

        var columns: [Text] { state.columns }

        func fail(_ failure: AssayError) {
            guard failure.code == .unsupported else {
                error = error ?? failure
                return
            }
            state = SettledExpectation(settled: ExpectationOutcome(success: false, exception: failure.message))
        }

        func add(_ block: RowBlock, rows: SelectedRows) {
            guard error == nil else { return }
            do throws(AssayError) {
                try state.add(block, rows: rows)
            } catch {
                fail(error)
            }
        }

        func outcome() -> ExpectationOutcome {
            do throws(AssayError) {
                return try state.outcome()
            } catch {
                fail(error)
                return ExpectationOutcome(success: false, exception: error.message)
            }
        }
    }

    /// As written; `nil` for all rows.
    let written: JSONValue?
    private var condition: RowCondition?
    let shared = SharedColumns()
    private(set) var works: [Work] = []
    /// The rows of the block at hand; `nil` where the condition lets none through.
    private var selected: (block: RowBlock, rows: SelectedRows)?
    private var selectedCount = 0

    /// Whether the condition let no row of the data through.
    var isEmpty: Bool { written != nil && selectedCount == 0 }

    init(_ written: JSONValue?) { self.written = written }

    /// - Throws: `invalidArgument` for a condition, an expectation or an argument that is not known.
    func add(_ expectation: ExpectationSuite.Expectation, types: [ColumnType], columns: [Text]) throws(AssayError) -> Work {
        let factory = ExpectationFactory(types: types, columns: columns, shared: shared)
        let work: Work
        do throws(AssayError) {
            if condition == nil, let written {
                let read = try RowConditionParser.condition(written)
                for column in read.columns { _ = try factory.type(of: column) }
                condition = read
            }
            work = Work(try factory.state(expectation))
        } catch {
            guard error.code == .unsupported else { throw error }
            work = Work(SettledExpectation(settled: ExpectationOutcome(success: false, exception: error.message)))
        }
        works.append(work)
        return work
    }

    /// Chooses the block's rows.
    func select(_ block: RowBlock) {
        selected = (block, SelectedRows(firstRow: block.firstRow, picked: nil))
        guard let condition else {
            selectedCount += block.rowCount
            return
        }
        do throws(AssayError) {
            let picked = try condition.mask(block).rows
            selectedCount += picked.count
            guard picked.count < block.rowCount else { return }
            let wanted = Set(works.flatMap(\.columns) + shared.all.map(\.name))
            let gathered = RowBlock(
                firstRow: block.firstRow, rowCount: picked.count,
                columns: block.columns.filter { wanted.contains($0.name) }.map { $0.gathered(picked) })
            selected = picked.isEmpty ? nil : (gathered, SelectedRows(firstRow: block.firstRow, picked: picked))
        } catch {
            selected = nil
            for work in works { work.fail(error) }
        }
    }

    /// What can be done with the rows chosen, each by itself and at once with the others.
    var tasks: [() -> Void] {
        guard let (block, rows) = selected else { return [] }
        return shared.all.map { column in { column.add(block) } } + works.map { work in { work.add(block, rows: rows) } }
    }
}
