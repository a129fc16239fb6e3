import AssayModels

extension ScoringModel {
    /// The head whose terms are told apart by column.
    ///
    /// - Precondition: ``ownExplanation`` is linear; whoever explains has asked before.
    var linearHead: LinearHead {
        guard case .linear(let head) = head, let own = head.byColumn(graph) else {
            preconditionFailure("a linear explanation of a model that is not linear")
        }
        return own
    }
}
