/// What a value must keep to, as its author wrote it.
package struct Limit: Hashable, Sendable {
    package struct Bound: Hashable, Sendable {
        /// As written; part of the policy's digest and of every message.
        package let text: String
        package let decimal: ExactDecimal
        /// Whether the bound itself is allowed: `min`, `max`, `between` yes; `above`, `below` no.
        package let isInclusive: Bool

        /// `nil` unless `text` is a decimal number.
        package init?(_ text: String, isInclusive: Bool) {
            guard let decimal = ExactDecimal(text) else { return nil }
            self.text = text
            self.decimal = decimal
            self.isInclusive = isInclusive
        }
    }

    package enum Shape: Hashable, Sendable {
        /// At least one bound is present.
        case range(lower: Bound?, upper: Bound?)
        /// How much worse than the baseline the value may be: at most `amount`, or `amount` hundredths of the
        /// baseline's magnitude.
        case drop(amount: ExactDecimal, text: String, isRelative: Bool)
    }

    package let shape: Shape
    /// Compare the value without its sign.
    package let usesMagnitude: Bool

    package init(shape: Shape, usesMagnitude: Bool) {
        self.shape = shape
        self.usesMagnitude = usesMagnitude
    }

    /// `max 0.1`, `between 0.8 and 1.25`, `below 0.05 (without sign)`, `max-drop 2%`.
    package var text: String {
        let words: String =
            switch shape {
            case .range(let lower?, let upper?) where lower.isInclusive && upper.isInclusive:
                "between \(lower.text) and \(upper.text)"
            case .range(let lower, let upper):
                [
                    lower.map { ($0.isInclusive ? "min " : "above ") + $0.text },
                    upper.map { ($0.isInclusive ? "max " : "below ") + $0.text },
                ].compactMap(\.self).joined(separator: " and ")
            case .drop(_, let text, _): "max-drop \(text)"
            }
        return usesMagnitude ? words + " (without sign)" : words
    }
}
