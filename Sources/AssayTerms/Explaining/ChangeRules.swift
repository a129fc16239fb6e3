/// Which changes of a row somebody could make, `counterfactual-constraints/v1`.
package struct ChangeRules: Hashable, Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case any, increase, decrease, never
    }

    /// What holds of one input's new values.
    package struct Feature: Hashable, Sendable {
        package var name: Text
        package var direction: Direction
        /// Inclusive.
        package var range: ClosedRange<Double>?
        /// New values are the row's own plus whole multiples of this.
        package var step: Double?
        /// The only new values there are; read by the column's type.
        package var allowed: [Text]?

        package init(
            name: Text, direction: Direction = .any, range: ClosedRange<Double>? = nil, step: Double? = nil, allowed: [Text]? = nil
        ) {
            self.name = name
            self.direction = direction
            self.range = range
            self.step = step
            self.allowed = allowed
        }
    }

    /// Inputs that change together.
    package struct Link: Hashable, Sendable {
        package enum Form: String, Sendable, CaseIterable {
            /// Their values come from one row of the background.
            case rows
            /// Numbers that change by the same amount.
            case amount
        }

        package var features: [Text]
        package var form: Form

        package init(features: [Text], form: Form) {
            self.features = features
            self.form = form
        }
    }

    package var features: [Feature]
    /// What holds for inputs that are not named.
    package var others: Direction
    /// At most so many inputs change; `nil` for as many as there are.
    package var limit: Int?
    package var links: [Link]

    package init(features: [Feature] = [], others: Direction = .any, limit: Int? = nil, links: [Link] = []) {
        self.features = features
        self.others = others
        self.limit = limit
        self.links = links
    }
}
