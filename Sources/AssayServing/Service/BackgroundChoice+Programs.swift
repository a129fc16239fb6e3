import AssayExplain
import AssayModels
import AssayTerms

extension BackgroundChoice {
    /// How a model that computes by itself is explained: by the sums that all of its answers are made of.
    ///
    /// - Throws: `.unsupported` where there are none.
    func explainer(
        of model: ScoringModel, _ program: any RowProgram, path: String?, treeRows: Int, seed: UInt64, followsCovers: Bool, players: Players?
    ) throws(AssayError) -> NativeExplainer {
        guard let core = program.core else {
            throw AssayError(
                .unsupported,
                "the model's answers are not made of one ensemble of trees or one weighted sum over single columns, so only asking it explains it; use "
                    + "--method kernel")
        }
        func make(_ rows: BackgroundRows?) throws(AssayError) -> NativeExplainer {
            let scorer = Scorer(model)
            guard case .trees(let head) = core.kind else { return .sums(try SumsExplainer(scorer, program, background: rows, players: players)) }
            guard rows != nil || head.ensemble.hasCovers else {
                throw AssayError(
                    .unsupported,
                    "the file does not say how many training rows came to the trees' nodes, so there must be rows to compare with; name some with "
                        + "--background FILE")
            }
            return .trees(
                try TreeModelExplainer(scorer, head, origins: core.origins, background: rows, players: players) { (values) throws(AssayError) in
                    try program.features(values, graph: model.graph)
                })
        }
        if followsCovers { return try make(nil) }
        if let source = try required(path) { return try make(sample(source, treeRows, seed)) }
        for source in offered() {
            if let rows = try? sample(source, treeRows, seed), let explainer = try? make(rows) { return explainer }
        }
        return try make(nil)
    }
}
