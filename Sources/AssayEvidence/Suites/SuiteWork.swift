import AssayColumns
import AssayData
import AssayJSON
import AssayTerms

/// A suite's expectations in work, grouped by their conditions.
struct SuiteWork {
    private var groups: [SuiteGroup] = []
    /// In the suite's order.
    private var works: [SuiteGroup.Work] = []
    /// Of each expectation.
    private var groupOfWork: [SuiteGroup] = []

    /// - Throws: `invalidArgument` for an expectation or argument that is not known.
    init(_ suite: ExpectationSuite, types: [ColumnType], columns: [Text]) throws(AssayError) {
        for expectation in suite.expectations {
            let written = expectation.kwargs["row_condition"].flatMap { $0.isNull ? nil : $0 }
            let group: SuiteGroup
            if let known = groups.first(where: { $0.written == written }) {
                group = known
            } else {
                group = SuiteGroup(written)
                groups.append(group)
            }
            works.append(try group.add(expectation, types: types, columns: columns))
            groupOfWork.append(group)
        }
    }

    /// - Parameter other: done at the same time, on whichever thread.
    /// - Throws: the first expectation's error that is not about what the data can be asked.
    func add(_ block: RowBlock, beside other: () -> Void = {}) throws(AssayError) {
        _ = OwnThread.sideBySide(groups) { $0.select(block) }
        let tasks = groups.flatMap(\.tasks)
        OwnThread.sideBySide(tasks.count + 1) { index in
            if index == 0 { other() } else { tasks[index - 1]() }
        }
        for work in works {
            if let error = work.error { throw error }
        }
    }

    func outcomes() throws(AssayError) -> [ExpectationOutcome] {
        _ = OwnThread.sideBySide(groups.flatMap { $0.shared.all }) { $0.finish() }
        var outcomes = OwnThread.sideBySide(works) { $0.outcome() }
        for (index, group) in groupOfWork.enumerated() where group.isEmpty && outcomes[index].exception == nil {
            outcomes[index].isVacuous = true
        }
        for work in works {
            if let error = work.error { throw error }
        }
        return outcomes
    }
}
