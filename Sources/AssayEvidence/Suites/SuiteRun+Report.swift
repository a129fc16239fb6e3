package import AssayJSON
package import AssayTerms

extension SuiteRun {
    private static let descriptor = CheckDescriptor(
        id: "quality.expectations", convention: .assay, direction: .higherIsBetter, kind: .whole, needs: [],
        sentence: "The share of a suite's expectations that the data meets.",
        source: "Great Expectations 1.24 success_percent, over 100", least: 0, greatest: 1)

    /// `expect_column_values_to_be_in_set gender`.
    package func title(_ index: Int) -> String {
        let expectation = suite.expectations[index]
        let names = ["column", "column_A", "column_B"].compactMap { expectation.kwargs[$0]?.string }
        let list = expectation.kwargs["column_list"]?.array?.compactMap(\.string) ?? []
        return ([expectation.type.string] + names + list).joined(separator: " ")
    }

    package var results: [CheckResult] {
        let met = outcomes.filter(\.success).count
        return [
            CheckResult(
                descriptor: Self.descriptor, value: outcomes.isEmpty ? nil : Double(met) / Double(outcomes.count),
                measure: "success",
                groups: outcomes.enumerated().map { index, outcome in
                    CheckResult.Group(
                        group: Text(title(index)), count: outcome.elementCount, value: outcome.success ? 1 : 0)
                },
                rows: input.rows ?? 0, undefined: outcomes.isEmpty ? "the suite has no expectation" : nil)
        ]
    }

    /// Great Expectations' `ExpectationSuiteValidationResult`.
    package var json: JSONValue {
        let met = outcomes.filter(\.success).count
        return [
            "success": .bool(isSuccess), "suite_name": .string(suite.name.string), "statistics": statistics(met: met),
            "results": .array(
                zip(suite.expectations, outcomes).map { expectation, outcome in
                    var configuration: JSONObject = [
                        "type": .string(expectation.type.string), "kwargs": .object(expectation.kwargs),
                        "meta": expectation.meta,
                    ]
                    configuration["id"] = expectation.id.map { .string($0) }
                    return [
                        "success": .bool(outcome.success), "expectation_config": .object(configuration),
                        "result": .object(outcome.result),
                        "exception_info": [
                            "raised_exception": .bool(outcome.exception != nil),
                            "exception_message": outcome.exception.map { .string($0) } ?? .null, "exception_traceback": .null,
                        ], "meta": .object(JSONObject([])),
                    ]
                }),
            "meta": .object(JSONObject([])),
        ]
    }

    private func statistics(met: Int) -> JSONValue {
        [
            "evaluated_expectations": .integer(Int64(outcomes.count)), "successful_expectations": .integer(Int64(met)),
            "unsuccessful_expectations": .integer(Int64(outcomes.count - met)),
            "success_percent": outcomes.isEmpty ? .null : .number(Double(met) / Double(outcomes.count) * 100),
        ]
    }
}
