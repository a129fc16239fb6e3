import AssayColumns
package import AssayMetrics
package import AssayTerms

/// A linear model drawn from several: what `assay mitigate reduce --out` writes and `assay mitigate apply` reads.
package struct ReductionDocument: Hashable, Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case exponentiatedGradient = "exponentiated-gradient"
        case gridSearch = "grid-search"
    }

    package struct Part: Hashable, Sendable {
        /// The probability with which a row is answered by this model.
        package var weight: Double
        package var model: LinearModel

        package init(weight: Double, model: LinearModel) {
            self.weight = weight
            self.model = model
        }
    }

    package var method: Method
    package var goal: ReductionGoal
    package var inverseRegularisation: Double
    package var label: Text
    /// Of decisions.
    package var positive: Text?
    package var source: GroupSource
    package var controls: [Text]
    package var features: [Text]
    /// Those with a weight, in the order in which they were found; weights sum to 1 within rounding.
    package var parts: [Part]
    package var data: Envelope.Input

    /// What one model answers: 1 or 0 for a decision, or the number.
    package func answer(_ model: LinearModel, _ features: some Collection<Double>) -> Double {
        goal.isOfNumbers ? model.value(features) : model.isPositive(features) ? 1 : 0
    }

    /// The mixture's answer on average: the probability of a positive decision, or the expected number.
    package func expected(_ features: some Collection<Double>) -> Double {
        var sum = 0.0
        for part in parts { sum += part.weight * answer(part.model, features) }
        return goal.isOfNumbers ? sum : min(1, sum)
    }

    /// The model that `unit`, a number in 0..<1, draws: the first at which the weights so far exceed it.
    package func drawn(_ unit: Double) -> LinearModel {
        var sum = 0.0
        for part in parts {
            sum += part.weight
            if unit < sum { return part.model }
        }
        return parts[parts.count - 1].model
    }
}
