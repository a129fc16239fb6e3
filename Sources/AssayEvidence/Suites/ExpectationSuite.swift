package import AssayJSON
package import AssayTerms

/// A suite of expectations, in Great Expectations' JSON of 1.x (`name`, `type`) or before (`expectation_suite_name`,
/// `expectation_type`).
package struct ExpectationSuite: Sendable {
    package struct Expectation: Sendable {
        package var type: Text
        package var kwargs: JSONObject
        package var meta: JSONValue
        package var id: String?

        /// `expect_column_values_to_be_in_set gender`.
        var title: String {
            let names = ["column", "column_A", "column_B"].compactMap { kwargs[$0]?.string }
            let list = kwargs["column_list"]?.array?.compactMap(\.string) ?? []
            return ([type.string] + names + list).joined(separator: " ")
        }

        /// Its part of a result: 1 where it is met.
        func group(_ outcome: ExpectationOutcome) -> CheckResult.Group {
            CheckResult.Group(group: Text(title), count: outcome.elementCount, value: outcome.success ? 1 : 0)
        }
    }

    package var name: Text
    package var expectations: [Expectation]

    /// - Throws: `unreadable` for what is no such JSON.
    package init(json bytes: [UInt8]) throws(AssayError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 16_777_216))
        } catch {
            throw AssayError(.unreadable, "the suite is not valid JSON: \(error.text(in: bytes))", cause: error)
        }
        guard let items = document["expectations"]?.array else {
            throw AssayError(.unreadable, "a suite is a JSON object {\"name\": …, \"expectations\": [{\"type\": …, \"kwargs\": {…}}, …]}")
        }
        name = Text(document["name"]?.string ?? document["expectation_suite_name"]?.string ?? "suite")
        expectations = []
        for (index, item) in items.enumerated() {
            guard let type = item["type"]?.string ?? item["expectation_type"]?.string else {
                throw AssayError(.unreadable, "expectation \(index + 1) of the suite has no 'type'")
            }
            let kwargs = item["kwargs"] ?? .object(JSONObject([]))
            guard let object = kwargs.object else {
                throw AssayError(.unreadable, "expectation \(index + 1) of the suite (\(type)) has 'kwargs' that are no object")
            }
            expectations.append(
                Expectation(
                    type: Text(type), kwargs: object, meta: item["meta"] ?? .object(JSONObject([])), id: item["id"]?.string))
        }
    }
}
