/// What a check computes: its identity, definition version and the words that explain it.
package struct CheckDescriptor: Hashable, Sendable {
    /// Whose definition a number follows; near-identical names give different numbers.
    package enum Convention: String, Sendable, CaseIterable {
        case scikitLearn = "scikit-learn"
        case fairlearn
        case aif360
        case aequitas
        case ll144
        case assay
        case evidently
        case nannyML = "nannyml"
    }

    package enum Direction: String, Sendable, CaseIterable {
        case higherIsBetter = "higher-is-better"
        case lowerIsBetter = "lower-is-better"
        case zeroIsParity = "zero-is-parity"
        case oneIsParity = "one-is-parity"
        case none
    }

    /// How the state behind a number behaves: integer counts, ordered floating sums, or all values at once.
    package enum Kind: String, Sendable, CaseIterable {
        case counted, summed, whole
    }

    /// What a check must be given.
    package enum Need: String, Sendable, CaseIterable {
        case label, prediction, score, sensitive, privileged, column
        /// A column where one is named, and all of them where none is.
        case anyColumn = "any-column"
        /// The names of the data's columns, or of the model's inputs.
        case columnNames = "column-names"
        /// A second model's predictions or scores of the same rows.
        case against
        /// A profile of other rows, to compare the data's distributions with.
        case reference
        /// What a recorder writes of requests: times, seconds, statuses.
        case traffic = "recorded-traffic"
    }

    /// The limit a policy means that states none.
    package enum ImpliedLimit: String, Sendable, CaseIterable {
        /// The check answers 1 for yes, or a share that has to be whole.
        case atLeastOne = "at-least-one"
        /// The check counts what should not be there.
        case atMostZero = "at-most-zero"
    }

    /// For example `fairness.demographic_parity_difference`.
    package var id: String
    /// Raised only when the same input gives a different number.
    package var definition: Int
    package var convention: Convention
    package var direction: Direction
    package var kind: Kind
    package var needs: [Need]
    package var options: [CheckOption]
    package var impliedLimit: ImpliedLimit?
    /// One modest sentence for people who read the text output.
    package var sentence: String
    /// Paper and equation, or library, version and function.
    package var source: String
    /// The least value the definition allows; `nil` where there is none. A limit beyond it can never be met.
    package var least: Int?
    /// The greatest value the definition allows; `nil` where there is none.
    package var greatest: Int?
    /// Whether a column can tell rows apart, each part with a value of its own beside that of all.
    package var hasSlices: Bool

    /// Whether a profile of other rows decides the number where there is one: what is compared with it, and estimates that it calibrates.
    package var mayUseReference: Bool { needs.contains(.reference) || id.hasPrefix("estimated.") }

    package init(
        id: String, definition: Int = 1, convention: Convention, direction: Direction, kind: Kind, needs: [Need],
        options: [CheckOption] = [], impliedLimit: ImpliedLimit? = nil, sentence: String, source: String,
        least: Int? = nil, greatest: Int? = nil, hasSlices: Bool = false
    ) {
        self.id = id
        self.definition = definition
        self.convention = convention
        self.direction = direction
        self.kind = kind
        self.needs = needs
        self.options = options
        self.impliedLimit = impliedLimit
        self.sentence = sentence
        self.source = source
        self.least = least
        self.greatest = greatest
        self.hasSlices = hasSlices
    }
}
