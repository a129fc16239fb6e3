/// How attributions become the reasons that people are told, `reason-codes/v1`: codes with their texts, which of a model's inputs each of them
/// covers, and which inputs are never named.
package struct ReasonCodes: Hashable, Sendable {
    /// What counts against the person a row is about.
    package enum Unfavourable: Hashable, Sendable {
        /// A class of the model, by its label.
        case label(Text)
        /// The predicted number, the higher the worse.
        case high
        /// The predicted number, the lower the worse.
        case low
    }

    /// Below which contribution no reason is given.
    package enum Minimum: Hashable, Sendable {
        /// In the space of the attributions.
        case amount(Double)
        /// Of what all codes together contribute against the person, from 0 to 1.
        case share(Double)
    }

    /// When a code is the one for its input; a code without covers it always.
    package enum Condition: Hashable, Sendable {
        case above(Double)
        case below(Double)
        case missing
        case oneOf([Text])
    }

    package struct Code: Hashable, Sendable {
        package var code: Text
        /// What people are told.
        package var text: Text
        /// Names of inputs, or beginnings of names behind which stands `*`.
        package var features: [Text]
        /// Only of a code with one input.
        package var condition: Condition?

        package init(code: Text, text: Text, features: [Text], condition: Condition? = nil) {
            self.code = code
            self.text = text
            self.features = features
            self.condition = condition
        }
    }

    package static let usualLimit = 4

    package var name: Text
    package var version: Text
    package var unfavourable: Unfavourable
    /// At most so many reasons a row.
    package var limit: Int
    package var minimum: Minimum
    /// Inputs that are never named, in the form of ``Code/features``.
    package var never: [Text]
    package var codes: [Code]

    package init(
        name: Text, version: Text, unfavourable: Unfavourable, limit: Int = usualLimit, minimum: Minimum = .amount(0), never: [Text] = [],
        codes: [Code]
    ) {
        self.name = name
        self.version = version
        self.unfavourable = unfavourable
        self.limit = limit
        self.minimum = minimum
        self.never = never
        self.codes = codes
    }
}
