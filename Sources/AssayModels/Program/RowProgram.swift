package import AssayTerms

/// A model that computes its answers from rows by itself, and not by a graph's features.
///
/// Of its graph only the inputs count: features are its input columns, numbers as steps of numbers and words as steps of codes.
package protocol RowProgram: Sendable {
    /// `nil` for a model that predicts numbers, or labels without probabilities.
    var classes: ClassLabels? { get }
    /// What answers are made of, where that is sums by which the model is explained exactly.
    var core: ProgramCore? { get }

    /// - Throws: `.invalidArgument` naming a column whose values the model cannot take.
    func scores(_ values: GraphValues, graph: Graph) throws(AssayError) -> Scores

    /// What the core adds up.
    func features(_ values: GraphValues, graph: Graph) throws(AssayError) -> FeatureMatrix

    /// How many reasons a row can have at most; 0 for a model that gives none.
    var reasonCount: Int { get }

    /// Each row's reasons for what it lost, by the model's own word, the strongest first.
    func reasons(_ values: GraphValues, graph: Graph) -> [[Text]]
}

extension RowProgram {
    package var reasonCount: Int { 0 }
    package func reasons(_ values: GraphValues, graph: Graph) -> [[Text]] { [] }
}

/// Sums that are linear in leaves or in weights, over features each of which is made from one input column.
package struct ProgramCore: Sendable {
    package enum Kind: Sendable {
        case trees(TreeHead)
        /// `weights[k]` by feature, and an intercept for each score; added in 64 bits.
        case linear(weights: [[Double]], intercepts: [Double])
    }

    package let kind: Kind
    /// The input column of each feature.
    package let origins: [Int]
    /// What attributions add up to.
    package let space: String
    /// The scores that are explained.
    package let explained: [Int]

    package init(kind: Kind, origins: [Int], space: String, explained: [Int]) {
        self.kind = kind
        self.origins = origins
        self.space = space
        self.explained = explained
    }
}

extension ScoringModel {
    /// What computes the answers, where the model does so by itself.
    package var program: (any RowProgram)? {
        guard case .program(let program) = head else { return nil }
        return program
    }
}
