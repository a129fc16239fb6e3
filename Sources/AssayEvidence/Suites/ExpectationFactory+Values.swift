import AssayColumns
import AssayJSON
import AssayMetrics
import AssayTerms

extension ExpectationFactory {
    static let valueNames: [Text] = [
        "expect_column_values_to_not_be_null", "expect_column_values_to_be_null", "expect_column_values_to_be_unique",
        "expect_column_values_to_be_of_type", "expect_column_values_to_be_in_type_list", "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_in_set", "expect_column_values_to_be_between",
        "expect_column_values_to_be_increasing", "expect_column_values_to_be_decreasing",
        "expect_column_value_z_scores_to_be_less_than",
    ]

    func values(_ arguments: inout ExpectationArguments) throws(AssayError) -> any ExpectationState {
        let column = try arguments.text("column")
        let mostly = try arguments.mostly()
        let type = try type(of: column)
        switch arguments.type {
        case "expect_column_values_to_not_be_null", "expect_column_values_to_be_null":
            let expectsMissing = arguments.type == "expect_column_values_to_be_null"
            return RowExpectation(
                [column], mostly: mostly, countsMissing: false, judge: MissingJudge(expectsMissing: expectsMissing))
        case "expect_column_values_to_be_unique":
            return UniqueExpectation([column], types: [type], mostly: mostly, ignored: .anyMissing, form: .single)
        case "expect_column_values_to_be_of_type":
            return try typed(type, among: [try arguments.text("type_")])
        case "expect_column_values_to_be_in_type_list":
            return try typed(type, among: try arguments.texts("type_list"))
        case "expect_column_values_to_be_in_set", "expect_column_values_to_not_be_in_set":
            let set = ValueSet(Set(try arguments.values("value_set").compactMap { ColumnValue($0, comparedWith: type) }))
            let isIn = arguments.type == "expect_column_values_to_be_in_set"
            return RowExpectation([column], mostly: mostly, judge: ValueJudge(.among(set, isIn: isIn)))
        case "expect_column_values_to_be_between":
            let bounds = try ValueBounds(&arguments, type: type)
            return RowExpectation([column], mostly: mostly, judge: ValueJudge(.within(bounds)))
        case "expect_column_values_to_be_increasing", "expect_column_values_to_be_decreasing":
            let isStrict = try arguments.flag("strictly")
            let isIncreasing = arguments.type == "expect_column_values_to_be_increasing"
            return RowExpectation(
                [column], mostly: mostly, judge: OrderJudge(isIncreasing: isIncreasing, isStrict: isStrict))
        default:
            guard type.domain == .numbers else {
                throw AssayError(.unsupported, "column '\(column)' holds \(type.domain.rawValue), and scores are of numbers")
            }
            return DeviationExpectation(
                shared.column(column, type: type, parts: .moments), mostly: mostly, threshold: try arguments.requiredNumber("threshold"),
                isDoubleSided: try arguments.flag("double_sided", standard: true))
        }
    }

    /// Names of types in pandas, SQL and Spark for what a column here can be.
    private static func names(of type: ColumnType) -> [Text] {
        switch type {
        case .boolean: ["bool", "boolean", "bool_", "BOOL", "BOOLEAN", "BooleanType"]
        case .int64:
            ["int64", "int", "Int64", "integer", "INT", "INTEGER", "BIGINT", "LONG", "IntegerType", "LongType", "long"]
        case .double:
            ["float64", "float", "Float64", "double", "FLOAT", "DOUBLE", "REAL", "DOUBLE_PRECISION", "FloatType", "DoubleType"]
        case .text: ["str", "string", "object", "category", "STRING", "TEXT", "VARCHAR", "CHAR", "StringType"]
        case .timestamp:
            ["datetime64", "datetime64[ns]", "datetime64[us]", "datetime", "Timestamp", "TIMESTAMP", "DATETIME", "TimestampType"]
        }
    }

    private func typed(_ type: ColumnType, among wanted: [Text]) throws(AssayError) -> SettledExpectation {
        let own = Self.names(of: type)
        let all = ColumnType.allCases.flatMap(Self.names)
        for name in wanted where !all.contains(name) {
            throw AssayError(
                .invalidArgument, "'\(name)' is no type of a column here; there are \(all.map(\.string).joined(separator: ", "))")
        }
        return SettledExpectation(
            settled: ExpectationOutcome(
                success: wanted.contains(where: own.contains), result: ["observed_value": .string(own[0].string)]))
    }
}
