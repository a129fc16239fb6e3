import AssayExplain
import AssayModels
import AssayServing
import AssayTerms

extension ExplainCommand {
    /// How a model that computes by itself is explained; `nil` by asking it.
    ///
    /// - Throws: `invalidArgument` for a way that it cannot be explained by.
    func explainer(
        ofProgram model: ScoringModel, _ choice: BackgroundChoice, _ opened: OpenedModel, players: Players, output: TreeSpace
    ) throws(AssayError) -> NativeExplainer? {
        if method?.asksModel ?? false { return nil }
        guard let core = model.program?.core else {
            guard method == nil else {
                throw AssayError(
                    .invalidArgument,
                    "\(opened.name) is no single ensemble of trees or weighted sum over single columns, so it is explained by asking it; use --method kernel")
            }
            return nil
        }
        guard output == .margin else {
            throw AssayError(
                .invalidArgument, "the sums that \(opened.name) is made of explain its margin; for \(output.rawValue) ask the model, with --method kernel")
        }
        switch core.kind {
        case .linear:
            guard method == nil || method == .linear else {
                throw AssayError(.invalidArgument, "\(opened.name) is a linear model; use --method linear or kernel")
            }
        case .trees:
            guard method != .linear else {
                throw AssayError(.invalidArgument, "\(opened.name) is a model by trees; use --method tree or kernel")
            }
        }
        guard method != .treePath || background == nil else {
            throw AssayError(.invalidArgument, "--method tree-path follows the training rows' counts and compares with no --background")
        }
        try kernel.requireUnused("add --method kernel, or leave them out")
        return try choice.explainer(
            of: model, path: background, treeRows: kernel.backgroundRows ?? BackgroundChoice.treeRows, seed: UInt64(kernel.seed),
            followsCovers: method == .treePath, players: players)
    }
}
