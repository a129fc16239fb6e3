import AssayColumns
import AssayJSON
package import AssayTerms

extension ExpectationSuite {
    /// Why no data can be held against `document`: it is no suite, or has an expectation, an argument, a pattern or a condition
    /// that is not known. `nil` where some data can.
    package static func problem(in document: Text) -> String? {
        do throws(AssayError) {
            for (index, expectation) in try ExpectationSuite(json: Array(document.utf8)).expectations.enumerated() {
                if let problem = expectation.problem { return "expectation \(index + 1): \(problem)" }
            }
            return nil
        } catch {
            return error.message
        }
    }
}

extension ExpectationSuite.Expectation {
    /// What is wrong whatever the data hold: what each type of column refuses for another reason than being of the wrong type.
    fileprivate var problem: String? {
        if let condition = kwargs["row_condition"], !condition.isNull {
            do throws(AssayError) {
                _ = try RowConditionParser.condition(condition)
            } catch {
                return error.message
            }
        }
        var problem: String?
        for type in ColumnType.allCases {
            do throws(AssayError) {
                let factory = ExpectationFactory(types: columns.map { _ in type }, columns: columns, shared: SharedColumns())
                _ = try factory.state(self)
                return nil
            } catch {
                if error.code != .unsupported { problem = problem ?? error.message }
            }
        }
        return problem
    }

    /// The columns that it names.
    private var columns: [Text] {
        let single = ["column", "column_A", "column_B"].compactMap { kwargs[$0]?.string }
        let lists = ["column_list", "column_set"].flatMap { kwargs[$0]?.array?.compactMap(\.string) ?? [] }
        var columns: [Text] = []
        for name in (single + lists).map({ Text($0) }) where !columns.contains(name) { columns.append(name) }
        return columns
    }
}
