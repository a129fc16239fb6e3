package import AssayTerms

/// A measure of performance: its name, what it is computed from, and the words that explain it.
///
/// `all` is the one list: the catalogue's `performance.*` checks and the comparisons over groups are made from it.
package struct PerformanceMeasure: Sendable {
    /// Which state a measure is a function of.
    package enum Input: String, Sendable, CaseIterable {
        /// Labels and predictions of any number of classes.
        case classes
        /// Labels and predictions, one label being the positive one.
        case confusion
        /// Labels and scores of the positive one.
        case scores
        /// Labels and one score for each of several classes.
        case classScores
        /// Sets of labels and predicted sets.
        case labelSets
        /// Measured labels and predicted numbers.
        case numbers
    }

    /// `f1_macro`, as it stands behind `performance.`.
    package let name: String
    package let input: Input
    package let kind: CheckDescriptor.Kind
    package let direction: CheckDescriptor.Direction
    package let sentence: String
    package let source: String
    package let least: Int?
    package let greatest: Int?
    /// Whether the measure is listed for more than two classes only, since with two a plainer one says the same.
    package let isAverage: Bool
    /// The successes and trials behind a rate, which interval methods for gaps want; `nil` for anything else.
    package let proportion: (@Sendable (PerformanceState) -> Proportion?)?
    /// The value by class, where the measure is an average over classes.
    package let score: ClassScore?
    private let compute: @Sendable (PerformanceState) -> Estimate?

    init(
        _ name: String, _ input: Input, _ sentence: String, source: String, kind: CheckDescriptor.Kind = .counted,
        direction: CheckDescriptor.Direction = .higherIsBetter, least: Int? = 0, greatest: Int? = 1,
        score: ClassScore? = nil, proportion: (@Sendable (PerformanceState) -> Proportion?)? = nil,
        compute: @escaping @Sendable (PerformanceState) -> Estimate?
    ) {
        self.name = name
        self.input = input
        self.sentence = sentence
        self.source = source
        self.kind = kind
        self.direction = direction
        self.least = least
        self.greatest = greatest
        self.score = score
        isAverage = score != nil || name.hasPrefix("cohen_kappa_")
        self.proportion = proportion
        self.compute = compute
    }

    /// The measure of `state`; undefined where the state it needs is not there.
    package func estimate(_ state: PerformanceState) -> Estimate {
        compute(state) ?? Estimate(undefined: "the rows have not what the measure needs")
    }

    package static let all: [PerformanceMeasure] = classes + averages + confusions + scores + classScores + labelSets + numbers

    /// All that can be compared over groups.
    package static let comparable: [PerformanceMeasure] = rates + all

    package static func named(_ name: some StringProtocol) -> PerformanceMeasure? {
        comparable.first { $0.name == name }
    }
}
