package import AssayTerms

/// How a model is explained by its own numbers.
package enum OwnExplanation: Sendable {
    case linear
    case trees(TreeHead)
    /// Sums that a model which computes by itself is made of.
    case program(ProgramCore)
}

extension ScoringModel {
    /// Whether its scores are sums over single columns, or its trees split on such.
    ///
    /// - Throws: `.unsupported` saying why only its answers can explain it: a feature that is made from several columns is no column's alone, and
    ///   a model that joins others, measures distances or multiplies has no sum to take apart.
    package func ownExplanation() throws(AssayError) -> OwnExplanation {
        switch head {
        case .linear(let head) where head.byColumn(graph) != nil: return .linear
        case .trees(let head) where !graph.mixesColumns: return .trees(head)
        case .linear, .trees:
            throw AssayError(
                .unsupported,
                "the model works on features that are made from several columns each, so its own numbers tell nothing of a column; it is explained by "
                    + "asking it, with assay explain --method kernel")
        case .program(let program):
            guard let core = program.core else {
                throw AssayError(
                    .unsupported,
                    "the model's answers are not made of one ensemble of trees or one weighted sum over single columns, so only asking it explains "
                        + "it; use --method kernel")
            }
            return .program(core)
        case .dense:
            throw AssayError(
                .unsupported,
                "the model has no numbers of its own that add up by column; it is explained by asking it, with assay explain --method kernel")
        }
    }
}
