import AssayTerms

/// The part of a graph by which a model is explained exactly: sums that are linear in leaves or weights.
struct ONNXCore: Sendable {
    var kind: ProgramCore.Kind
    /// What attributions add up to.
    var space: String
    /// The scores that are explained.
    var explained: [Int]
    /// Whether what is made of the sums are probabilities.
    var givesShares = false
}
