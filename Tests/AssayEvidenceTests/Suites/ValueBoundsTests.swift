import AssayColumns
import AssayJSON
import AssayTerms
import Testing

@testable import AssayEvidence

/// The goal: plain numbers are held to bounds as values are, whole numbers beyond 2^53 and both zeros included. The method: every pair
/// of a bound and a number near it, against the comparison of values.
@Suite struct ValueBoundsTests {
    private static let wholes: [Int64] = [
        .min, .min + 1, -(1 << 53) - 1, -(1 << 53), -3, -1, 0, 1, 2, 3, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, (1 << 53) + 2, .max - 1, .max,
    ]
    private static let reals: [Double] = [
        -.infinity, -1e300, -0x1p63, -9_007_199_254_740_994, -2.5, -.leastNonzeroMagnitude, -0.0, 0, .leastNonzeroMagnitude, 0.5, 1, 2.5,
        0x1p53, 0x1p53 + 2, 0x1p63, 0x1p63.nextUp, 1e300, .infinity,
    ]
    private static let bounds: [ColumnValue] = wholes.map { .integer($0) } + reals.compactMap { ColumnValue($0) }

    @Test func plainNumbersAreJudgedAsValues() throws {
        for bound in Self.bounds {
            for orEqual in [false, true] {
                for bounds in [ValueBounds(below: bound, orEqual: orEqual), ValueBounds(above: bound, orEqual: orEqual)] {
                    let integers = bounds.integers
                    let fractions = bounds.fractions
                    for value in Self.wholes {
                        #expect((integers?.contains(value) ?? false) == bounds.contains(.integer(value)), "\(value) and \(bounds)")
                    }
                    for value in Self.reals {
                        let wanted = try bounds.contains(#require(ColumnValue(value)))
                        #expect((fractions?.contains(value) ?? false) == wanted, "\(value) and \(bounds)")
                    }
                }
            }
        }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func bitsAreRows(count: Int) {
        let thirds = RowBits(count: count) { $0 % 3 == 0 }
        #expect(thirds.rows == (0..<count).filter { $0 % 3 == 0 })
        #expect(thirds.setCount == thirds.rows.count)
        #expect(thirds.inverted.rows == (0..<count).filter { $0 % 3 != 0 })
        var both = thirds
        both.formIntersection(RowBits(count: count) { $0 % 2 == 0 })
        #expect(both.rows == (0..<count).filter { $0 % 6 == 0 })
        let validity = Validity((0..<count).map { $0 % 3 != 0 })
        #expect(RowBits(missingOf: validity).rows == thirds.rows)
        var seen: [Int] = []
        thirds.forEachRow { row in
            seen.append(row)
            return seen.count < 2
        }
        #expect(seen == Array(thirds.rows.prefix(2)))
    }

    /// Rows that a later block repeats, rows that a condition leaves out, and the twenty that are listed keep their numbers.
    @Test func numbersOfRowsAreTheDatas() throws {
        let suite = try ExpectationSuite(
            json: Array(
                #"""
                {"expectations": [
                  {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "a"}},
                  {"type": "expect_column_values_to_be_between", "kwargs": {"column": "a", "min_value": 2}},
                  {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "a", "row_condition": "b == 1"}},
                  {"type": "expect_column_values_to_be_increasing", "kwargs": {"column": "a"}},
                  {"type": "expect_column_mean_to_be_between", "kwargs": {"column": "a", "min_value": 100, "row_condition": "b == 1"}},
                  {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 3, "row_condition": "b == 1"}}]}
                """#.utf8))
        func block(_ first: Int, _ a: [Int64], _ b: [Double]) -> RowBlock {
            RowBlock(
                firstRow: first, rowCount: a.count,
                columns: [Column(name: "a", values: .int64(a)), Column(name: "b", values: .double(b))])
        }
        let blocks = [block(0, [1, 5, 3], [1, .nan, 0]), block(3, [4, 1], [0, 1]), block(5, [5], [1])]
        let outcomes = try SuiteRun.outcomes(of: suite, over: blocks, types: [.int64, .double], columns: ["a", "b"])
        func rows(_ index: Int) -> [Int]? {
            outcomes[index].result["partial_unexpected_index_list"]?.array?.compactMap { $0.integer.map { Int($0) } }
        }
        #expect(rows(0) == [0, 1, 4, 5])
        #expect(rows(1) == [0, 4])
        #expect(rows(2) == [0, 4])
        #expect(rows(3) == [2, 4])
        #expect(abs((outcomes[4].result["observed_value"]?.number ?? 0) - 7.0 / 3) < 1e-12)
        #expect(outcomes.map(\.success) == [false, false, false, false, false, true])
        #expect(outcomes.map(\.elementCount) == [6, 6, 3, 6, 3, 3])
    }
}
