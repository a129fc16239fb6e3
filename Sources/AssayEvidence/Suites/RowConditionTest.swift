package import AssayColumns
package import AssayTerms

/// A condition on rows, asked of single rows by somebody who has to know where it cannot be told.
///
/// In the data of a check a missing value equals nothing and lies neither above nor below, so that a condition always holds or does not.
/// Where something is refused or let through by a condition that is no answer: here what compares a value that is not there is unknown,
/// and and, or, not are Kleene's: `unknown or true` is true, `unknown and false` false, `not unknown` unknown. Tests for missing values
/// (`income.isnull()`) are always told of a column that is there.
package struct RowConditionTest: Sendable {
    package enum Answer: UInt8, Sendable {
        case no, yes, unknown
    }

    private let condition: RowCondition
    /// The columns it names, each once, in the order of their names.
    package let columns: [Text]

    /// - Throws: `invalidArgument` naming the condition and what cannot be read in it.
    package init(parsing source: Text) throws(AssayError) {
        condition = try RowConditionParser.condition(parsing: source)
        columns = Set(condition.columns).sorted()
    }

    /// One answer a row. A column that the block does not have, or that cannot be ordered with its literal, has no value in any row.
    ///
    /// - Complexity: O(rows · comparisons).
    package func answers(_ block: RowBlock) -> [Answer] {
        let told = condition.told(block)
        return (0..<block.rowCount).map { told.holds[$0] ? .yes : told.fails[$0] ? .no : .unknown }
    }
}

extension RowCondition {
    /// The rows of which it holds, and those of which it does not; what is in neither cannot be told.
    fileprivate func told(_ block: RowBlock) -> (holds: RowBits, fails: RowBits) {
        switch self {
        case .all(let parts):
            var holds = RowBits(count: block.rowCount, where: { _ in true })
            var fails = RowBits(count: block.rowCount)
            for part in parts {
                let told = part.told(block)
                holds.formIntersection(told.holds)
                fails.formUnion(told.fails)
            }
            return (holds, fails)
        case .any(let parts):
            var holds = RowBits(count: block.rowCount)
            var fails = RowBits(count: block.rowCount, where: { _ in true })
            for part in parts {
                let told = part.told(block)
                holds.formUnion(told.holds)
                fails.formIntersection(told.fails)
            }
            return (holds, fails)
        case .not(let part):
            let told = part.told(block)
            return (told.fails, told.holds)
        case .isMissing(let name): return told(block, name, where: nil)
        case .compares(let name, _, _), .isIn(let name, _): return told(block, name, where: block[name]?.missingRows)
        }
    }

    /// One comparison, told of rows that have a value.
    private func told(_ block: RowBlock, _ name: Text, where missing: RowBits?) -> (holds: RowBits, fails: RowBits) {
        let nothing = RowBits(count: block.rowCount)
        do throws(AssayError) {
            guard block[name] != nil else { return (nothing, nothing) }
            var holds = try mask(block)
            var fails = holds.inverted
            if let missing {
                holds.subtract(missing)
                fails.subtract(missing)
            }
            return (holds, fails)
        } catch {
            return (nothing, nothing)
        }
    }
}
