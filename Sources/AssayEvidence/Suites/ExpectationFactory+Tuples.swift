import AssayColumns
import AssayJSON
import AssayTerms

extension ExpectationFactory {
    static let tupleNames: [Text] = [
        "expect_column_pair_values_to_be_equal", "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_column_pair_values_to_be_in_set", "expect_compound_columns_to_be_unique",
        "expect_select_column_values_to_be_unique_within_record", "expect_multicolumn_sum_to_equal",
    ]

    func tuples(_ arguments: inout ExpectationArguments) throws(AssayError) -> any ExpectationState {
        let mostly = try arguments.mostly()
        if arguments.type.string.hasPrefix("expect_column_pair") { return try pairs(&arguments, mostly: mostly) }
        let columns = try arguments.texts("column_list")
        guard columns.count >= 2 else { throw arguments.error("needs two or more columns in 'column_list'") }
        var types: [ColumnType] = []
        for column in columns { types.append(try type(of: column)) }
        let ignored: IgnoredRows =
            switch try arguments.word("ignore_row_if", among: ["all_values_are_missing", "any_value_is_missing", "never"]) {
            case "all_values_are_missing": .allMissing
            case "any_value_is_missing": .anyMissing
            default: .never
            }
        switch arguments.type {
        case "expect_compound_columns_to_be_unique":
            return UniqueExpectation(columns, types: types, mostly: mostly, ignored: ignored, form: .object)
        case "expect_multicolumn_sum_to_equal":
            let total = try arguments.requiredNumber("sum_total")
            for (column, type) in zip(columns, types) where type.domain != .numbers {
                throw AssayError(.unsupported, "column '\(column)' holds \(type.domain.rawValue), and a sum is of numbers")
            }
            return RowExpectation(columns, mostly: mostly, form: .object, judge: SumJudge(ignored: ignored, total: total))
        default:
            return RowExpectation(
                columns, mostly: mostly, form: .object,
                judge: TupleJudge(types: types, ignored: ignored) { values in Set(values).count == values.count })
        }
    }

    private func pairs(_ arguments: inout ExpectationArguments, mostly: Double) throws(AssayError) -> any ExpectationState {
        let columns = [try arguments.text("column_A"), try arguments.text("column_B")]
        let types = [try type(of: columns[0]), try type(of: columns[1])]
        let ignored: IgnoredRows =
            switch try arguments.word(
                "ignore_row_if", among: ["both_values_are_missing", "either_value_is_missing", "neither"])
            {
            case "both_values_are_missing": .allMissing
            case "either_value_is_missing": .anyMissing
            default: .never
            }
        func judged(_ judge: any RowJudge) -> RowExpectation { RowExpectation(columns, mostly: mostly, form: .list, judge: judge) }
        switch arguments.type {
        case "expect_column_pair_values_to_be_equal":
            return judged(compared(.equal, types, ignored))
        case "expect_column_pair_values_a_to_be_greater_than_b":
            let orEqual = try arguments.flag("or_equal")
            guard types[0].domain == types[1].domain else {
                throw AssayError(
                    .unsupported, "columns '\(columns[0])' and '\(columns[1])' hold \(types[0].domain.rawValue) and \(types[1].domain.rawValue)")
            }
            return judged(compared(orEqual ? .greaterOrEqual : .greater, types, ignored))
        default:
            var set: Set<[ColumnValue?]> = []
            for pair in try arguments.values("value_pairs_set") {
                guard let pair = pair.array, pair.count == 2 else { throw arguments.error("needs pairs in 'value_pairs_set'") }
                set.insert(zip(pair, types).map { ColumnValue($0, comparedWith: $1) })
            }
            return judged(TupleJudge(types: types, ignored: ignored) { set.contains($0) })
        }
    }

    /// Texts by their distinct pairs, numbers and times as they are.
    private func compared(_ relation: PairJudge.Relation, _ types: [ColumnType], _ ignored: IgnoredRows) -> any RowJudge {
        guard types.contains(.text) else { return PairJudge(ignored: ignored, relation: relation) }
        return TupleJudge(types: types, ignored: ignored) { values in
            guard let left = values[0], let right = values[1] else { return false }
            return relation.holds(left, right)
        }
    }
}
