import AssayColumns
import AssayJSON
import AssayTerms

extension ExpectationFactory {
    static let tableNames: [Text] = [
        "expect_table_row_count_to_be_between", "expect_table_row_count_to_equal", "expect_table_column_count_to_be_between",
        "expect_table_column_count_to_equal", "expect_table_columns_to_match_ordered_list", "expect_table_columns_to_match_set",
        "expect_column_to_exist", "expect_column_to_not_exist",
    ]

    func table(_ arguments: inout ExpectationArguments) throws(AssayError) -> any ExpectationState {
        func settled(_ success: Bool, _ result: JSONObject = [:]) -> SettledExpectation {
            SettledExpectation(settled: ExpectationOutcome(success: success, result: result))
        }
        func names(_ texts: [Text]) -> JSONValue { .array(texts.map { .string($0.string) }) }
        switch arguments.type {
        case "expect_table_row_count_to_be_between":
            let bounds = try ValueBounds(&arguments, type: .int64)
            return RowCountExpectation { bounds.contains(.integer(Int64($0))) }
        case "expect_table_row_count_to_equal":
            let value = try arguments.requiredNumber("value")
            return RowCountExpectation { Double($0) == value }
        case "expect_table_column_count_to_be_between":
            let bounds = try ValueBounds(&arguments, type: .int64)
            let count = Int64(columns.count)
            return settled(bounds.contains(.integer(count)), ["observed_value": .integer(count)])
        case "expect_table_column_count_to_equal":
            let value = try arguments.requiredNumber("value")
            return settled(Double(columns.count) == value, ["observed_value": .integer(Int64(columns.count))])
        case "expect_table_columns_to_match_ordered_list":
            let expected = try arguments.texts("column_list")
            let mismatched = (0..<max(expected.count, columns.count)).compactMap { index -> JSONValue? in
                let wanted = index < expected.count ? expected[index] : nil
                let found = index < columns.count ? columns[index] : nil
                guard wanted != found else { return nil }
                return [
                    "Expected Column Position": .integer(Int64(index)), "Expected": wanted.map { .string($0.string) } ?? .null,
                    "Found": found.map { .string($0.string) } ?? .null,
                ]
            }
            var result: JSONObject = ["observed_value": names(columns)]
            if !mismatched.isEmpty { result["details"] = ["mismatched": .array(mismatched)] }
            return settled(mismatched.isEmpty, result)
        case "expect_table_columns_to_match_set":
            let expected = try arguments.texts("column_set")
            let isExact = try arguments.flag("exact_match", standard: true)
            let unexpected = columns.filter { !expected.contains($0) }.sorted()
            let missing = Set(expected).filter { !columns.contains($0) }.sorted()
            var result: JSONObject = ["observed_value": names(columns.sorted())]
            var mismatched: JSONObject = [:]
            if !unexpected.isEmpty { mismatched["unexpected"] = names(unexpected) }
            if !missing.isEmpty { mismatched["missing"] = names(missing) }
            if !mismatched.isEmpty { result["details"] = ["mismatched": .object(mismatched)] }
            return settled(missing.isEmpty && (unexpected.isEmpty || !isExact), result)
        case "expect_column_to_exist":
            let column = try arguments.text("column")
            let index = columns.firstIndex(of: column)
            guard let wanted = try arguments.number("column_index") else { return settled(index != nil) }
            return settled(index.map { Double($0) == wanted } ?? false)
        default:
            let column = try arguments.text("column")
            return settled(!columns.contains(column), ["observed_value": names(columns)])
        }
    }
}
