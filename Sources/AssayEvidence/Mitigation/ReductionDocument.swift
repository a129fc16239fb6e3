import AssayColumns
package import AssayJSON
package import AssayMetrics
package import AssayTerms

/// A classifier drawn from several: what `assay mitigate reduce --out` writes.
package struct ReductionDocument: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case exponentiatedGradient = "exponentiated-gradient"
        case gridSearch = "grid-search"
    }

    package struct Part: Hashable, Sendable {
        /// The probability with which a row is decided by this classifier.
        package var weight: Double
        package var classifier: LinearClassifier

        package init(weight: Double, classifier: LinearClassifier) {
            self.weight = weight
            self.classifier = classifier
        }
    }

    package static let version = "reduction/v1"

    package var method: Method
    package var constraint: ReductionConstraint
    package var differenceBound: Double
    package var inverseRegularisation: Double
    package var label: Text
    package var positive: Text
    package var source: GroupSource
    package var features: [Text]
    /// Those with a weight, in the order in which they were found.
    package var parts: [Part]
    package var data: Envelope.Input

    package var json: JSONValue {
        var object: JSONObject = [
            "assay": .string(Self.version), "method": .string(method.rawValue), "constraint": .string(constraint.rawValue),
            "difference_bound": .number(differenceBound), "inverse_regularisation": .number(inverseRegularisation),
            "label": .string(label.string), "positive": .string(positive.string),
        ]
        switch source {
        case .column(let column): object["sensitive"] = .string(column.string)
        case .rule(let rule): object["privileged"] = .string(rule.description)
        }
        object["data"] = [
            "name": .string(data.name.string), "rows": .integer(Int64(data.rows ?? 0)), "digest": ["sha256": .string(data.digest.hex)],
        ]
        object["features"] = .array(features.map { .string($0.string) })
        object["classifiers"] = .array(
            parts.map { part in
                var member: JSONObject = ["weight": .number(part.weight)]
                for (name, value) in Self.members(of: part.classifier) { member[name] = value }
                return .object(member)
            })
        return .object(object)
    }

    /// A classifier's own members.
    package static func members(of classifier: LinearClassifier) -> [(name: String, value: JSONValue)] {
        switch classifier {
        case .constant(let isPositive): [("constant", .integer(isPositive ? 1 : 0))]
        case .linear(let intercept, let coefficients):
            [("intercept", .number(intercept)), ("coefficients", .array(coefficients.map { .number($0) }))]
        }
    }
}
