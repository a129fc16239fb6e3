package import AssayJSON
package import AssayTerms

extension SuiteRun {
    package func title(_ index: Int) -> String { suite.expectations[index].title }

    package var results: [CheckResult] {
        let met = outcomes.filter(\.success).count
        return [
            CheckResult(
                descriptor: CheckCatalogue.expectations, value: outcomes.isEmpty ? nil : Double(met) / Double(outcomes.count),
                measure: "success",
                groups: zip(suite.expectations, outcomes).map { $0.group($1) },
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
