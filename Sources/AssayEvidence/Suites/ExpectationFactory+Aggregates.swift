import AssayColumns
import AssayJSON
import AssayMetrics
import AssayTerms

extension ExpectationFactory {
    static let aggregateNames: [Text] = [
        "expect_column_mean_to_be_between", "expect_column_median_to_be_between", "expect_column_stdev_to_be_between",
        "expect_column_sum_to_be_between", "expect_column_min_to_be_between", "expect_column_max_to_be_between",
        "expect_column_quantile_values_to_be_between", "expect_column_unique_value_count_to_be_between",
        "expect_column_proportion_of_unique_values_to_be_between",
        "expect_column_proportion_of_non_null_values_to_be_between", "expect_column_most_common_value_to_be_in_set",
        "expect_column_distinct_values_to_be_in_set", "expect_column_distinct_values_to_contain_set",
        "expect_column_distinct_values_to_equal_set",
    ]

    func aggregate(_ arguments: inout ExpectationArguments) throws(AssayError) -> any ExpectationState {
        let column = try arguments.text("column")
        let type = try type(of: column)
        switch arguments.type {
        case "expect_column_quantile_values_to_be_between": return try quantiles(&arguments, column, type)
        case "expect_column_distinct_values_to_be_in_set", "expect_column_distinct_values_to_contain_set",
            "expect_column_distinct_values_to_equal_set", "expect_column_most_common_value_to_be_in_set":
            return try sets(&arguments, column, type)
        case "expect_column_unique_value_count_to_be_between", "expect_column_proportion_of_unique_values_to_be_between",
            "expect_column_proportion_of_non_null_values_to_be_between":
            return try shares(&arguments, column, type)
        default: break
        }
        let expectation = arguments.type
        if type != .timestamp || (expectation != "expect_column_min_to_be_between" && expectation != "expect_column_max_to_be_between") {
            guard type.domain == .numbers else {
                throw AssayError(.unsupported, "column '\(column)' holds \(type.domain.rawValue), and numbers are wanted here")
            }
        }
        let bounds = try ValueBounds(&arguments, type: type)
        let parts: ColumnStatistics.Parts =
            type == .timestamp ? .counts : expectation == "expect_column_median_to_be_between" ? .quantiles : .moments
        return AggregateExpectation(shared.column(column, type: type, parts: parts)) { shared in
            let statistics = shared.statistics
            let moments = statistics.moments
            if type == .timestamp {
                let values = statistics.counts.sorted() ?? []
                let end = expectation == "expect_column_min_to_be_between" ? values.first : values.last
                return ExpectationOutcome(
                    success: end.map { bounds.contains($0.value) } ?? false,
                    result: ["observed_value": end.map { .string($0.value.name.string) } ?? .null])
            }
            let observed: Double? =
                switch expectation {
                case "expect_column_mean_to_be_between": moments.mean
                case "expect_column_median_to_be_between": shared.sorted?.quantile(0.5)
                case "expect_column_stdev_to_be_between": moments.standardDeviation
                case "expect_column_sum_to_be_between": moments.sum
                case "expect_column_min_to_be_between": moments.least
                default: moments.greatest
                }
            return ExpectationOutcome(
                success: bounds.contains(observed), result: ["observed_value": ValidationJSON.number(observed)])
        }
    }

    private func quantiles(
        _ arguments: inout ExpectationArguments, _ column: Text, _ type: ColumnType
    ) throws(AssayError) -> any ExpectationState {
        guard let ranges = arguments.raw("quantile_ranges"), let shares = ranges["quantiles"]?.array,
            let limits = ranges["value_ranges"]?.array, shares.count == limits.count,
            shares.allSatisfy({ $0.number.map { (0...1).contains($0) } ?? false }),
            limits.allSatisfy({ $0.array?.count == 2 && $0.array?.allSatisfy { $0.isNull || $0.number != nil } ?? false })
        else {
            throw arguments.error("needs 'quantile_ranges': {\"quantiles\": [0.5], \"value_ranges\": [[1, 2]]}, one range a quantile")
        }
        if let error = arguments.raw("allow_relative_error"), error != .bool(false) {
            throw arguments.error("takes no 'allow_relative_error'; quantiles are exact up to \(QuantileState.capacity) values")
        }
        guard type.domain == .numbers else {
            throw AssayError(.unsupported, "column '\(column)' holds \(type.domain.rawValue), and numbers are wanted here")
        }
        return AggregateExpectation(shared.column(column, type: type, parts: .quantiles)) { shared in
            let sorted = shared.sorted
            // pandas' quantile with interpolation "nearest", as Great Expectations asks for it.
            let values = shares.map { sorted?.quantile($0.number ?? 0, .nearest) }
            let successes = zip(values, limits).map { value, limit in
                guard let value, let limit = limit.array else { return false }
                return (limit[0].number.map { value >= $0 } ?? true) && (limit[1].number.map { value <= $0 } ?? true)
            }
            return ExpectationOutcome(
                success: successes.allSatisfy { $0 },
                result: [
                    "observed_value": [
                        "quantiles": .array(shares), "values": .array(values.map(ValidationJSON.number)),
                    ], "details": ["success_details": .array(successes.map { .bool($0) })],
                ])
        }
    }

    private func shares(
        _ arguments: inout ExpectationArguments, _ column: Text, _ type: ColumnType
    ) throws(AssayError) -> any ExpectationState {
        let expectation = arguments.type
        if expectation == "expect_column_unique_value_count_to_be_between" {
            let bounds = try ValueBounds(&arguments, type: .int64)
            return AggregateExpectation(shared.column(column, type: type, parts: .counts)) { shared throws(AssayError) in
                let statistics = shared.statistics
                try Self.requireExact(statistics)
                let count = Int64(statistics.counts.distinctCount)
                return ExpectationOutcome(
                    success: bounds.contains(.integer(count)), result: ["observed_value": .integer(count)])
            }
        }
        let bounds = try ValueBounds(&arguments, type: .double)
        let isOfUnique = expectation == "expect_column_proportion_of_unique_values_to_be_between"
        return AggregateExpectation(shared.column(column, type: type, parts: isOfUnique ? .counts : [])) { shared throws(AssayError) in
            let statistics = shared.statistics
            if isOfUnique { try Self.requireExact(statistics) }
            let part = isOfUnique ? statistics.counts.distinctCount : statistics.presentCount
            let whole = isOfUnique ? statistics.presentCount : statistics.rowCount
            let share = whole == 0 ? nil : Double(part) / Double(whole)
            return ExpectationOutcome(
                success: bounds.contains(share), result: ["observed_value": ValidationJSON.number(share)])
        }
    }

    private static func requireExact(_ statistics: ColumnStatistics) throws(AssayError) {
        guard !statistics.counts.isExact else { return }
        throw AssayError(
            .unsupported, "column '\(statistics.name)' has more than \(ValueCounts.limit) distinct numbers, which are not told apart")
    }

    private func sets(
        _ arguments: inout ExpectationArguments, _ column: Text, _ type: ColumnType
    ) throws(AssayError) -> any ExpectationState {
        let expectation = arguments.type
        let expected = Set(try arguments.values("value_set").compactMap { ColumnValue($0, comparedWith: type) })
        let tiesOkay = expectation == "expect_column_most_common_value_to_be_in_set" ? try arguments.flag("ties_okay") : false
        func shown(_ value: ColumnValue) -> JSONValue {
            type == .boolean ? .bool(value != .integer(0)) : ValidationJSON.value(value)
        }
        return AggregateExpectation(shared.column(column, type: type, parts: .counts)) { shared throws(AssayError) in
            let statistics = shared.statistics
            try Self.requireExact(statistics)
            let values = statistics.counts.sorted() ?? []
            let found = Set(values.map(\.value))
            if expectation == "expect_column_most_common_value_to_be_in_set" {
                let most = values.map(\.count).max() ?? 0
                let modes = values.filter { $0.count == most }.map(\.value)
                let inSet = modes.filter(expected.contains).count
                return ExpectationOutcome(
                    success: inSet == modes.count && inSet == 1 || (tiesOkay && inSet > 0),
                    result: ["observed_value": .array(modes.map(shown))])
            }
            let surplus = values.map(\.value).filter { !expected.contains($0) }
            let success =
                switch expectation {
                case "expect_column_distinct_values_to_be_in_set": surplus.isEmpty
                case "expect_column_distinct_values_to_contain_set": expected.isSubset(of: found)
                default: expected == found
                }
            return ExpectationOutcome(
                success: success,
                result: [
                    "observed_value": .array(values.prefix(1_000).map { shown($0.value) }),
                    "details": [
                        "value_counts": .array(
                            values.prefix(1_000).map { ["value": shown($0.value), "count": .integer(Int64($0.count))] })
                    ],
                ])
        }
    }
}
