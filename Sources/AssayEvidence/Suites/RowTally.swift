import AssayColumns
import AssayJSON
import AssayTerms

/// Counts of expected, unexpected and missing rows, in Great Expectations' words.
///
/// Source: great-expectations 1.24.1, `expectation._format_map_output` at result format SUMMARY: percentages are of rows that
/// are not missing where missing rows are counted, and of all rows otherwise.
struct RowTally {
    static let listLimit = 20

    /// Whether `missing_count` and its like are part of the result.
    let countsMissing: Bool
    private(set) var elementCount = 0
    private(set) var missingCount = 0
    private(set) var unexpectedCount = 0
    private var list: [JSONValue] = []
    private var rows: [Int] = []
    /// Of the values in `list` only, as the peer counts them.
    private var tallies: [[ColumnValue?]: (count: Int, shown: JSONValue)] = [:]

    init(countsMissing: Bool = true) { self.countsMissing = countsMissing }

    /// - Parameters:
    ///   - number: the data's number of a row judged.
    ///   - values: of a row, for the few that are listed.
    mutating func add(
        _ verdicts: RowVerdicts, number: (Int) -> Int, values: (Int) -> (values: [ColumnValue?], shown: JSONValue)
    ) {
        elementCount += verdicts.unexpected.count
        missingCount += verdicts.missing?.setCount ?? 0
        let count = verdicts.unexpected.setCount
        unexpectedCount += count
        guard count > 0, list.count < Self.listLimit else { return }
        verdicts.unexpected.forEachRow { row in
            let (values, shown) = values(row)
            list.append(shown)
            rows.append(number(row))
            tallies[values, default: (0, shown)].count += 1
            return list.count < Self.listLimit
        }
    }

    /// Vacuously so where there is nothing to judge.
    func isSuccess(mostly: Double) -> Bool {
        let judged = elementCount - (countsMissing ? missingCount : 0)
        guard judged > 0 else { return true }
        return Double(judged - unexpectedCount) / Double(judged) >= mostly
    }

    var result: JSONObject {
        let judged = elementCount - (countsMissing ? missingCount : 0)
        func percent(_ part: Int, of whole: Int) -> JSONValue {
            whole == 0 ? .null : .number(Double(part) / Double(whole) * 100)
        }
        var object: JSONObject = [
            "element_count": .integer(Int64(elementCount)), "unexpected_count": .integer(Int64(unexpectedCount)),
            "unexpected_percent": percent(unexpectedCount, of: judged), "partial_unexpected_list": .array(list),
        ]
        if countsMissing {
            object["missing_count"] = .integer(Int64(missingCount))
            object["missing_percent"] = percent(missingCount, of: elementCount)
            object["unexpected_percent_total"] = percent(unexpectedCount, of: elementCount)
            object["unexpected_percent_nonmissing"] = percent(unexpectedCount, of: judged)
        }
        let counted = tallies.sorted { left, right in
            if left.value.count != right.value.count { return left.value.count > right.value.count }
            return Self.precedes(left.key, right.key)
        }
        object["partial_unexpected_counts"] = .array(
            counted.map { ["value": $0.value.shown, "count": .integer(Int64($0.value.count))] })
        object["partial_unexpected_index_list"] = .array(rows.map { .integer(Int64($0)) })
        return object
    }

    private static func precedes(_ left: [ColumnValue?], _ right: [ColumnValue?]) -> Bool {
        for (left, right) in zip(left, right) where left != right {
            guard let left else { return false }
            guard let right else { return true }
            return left < right
        }
        return false
    }

    /// One value as JSON: booleans as such, timestamps and infinities as text.
    static func shown(_ value: ColumnValue?, of type: ColumnType) -> JSONValue {
        guard let value else { return .null }
        if type == .boolean { return .bool(value != .integer(0)) }
        return ValidationJSON.value(value)
    }
}
