package import AssayColumns
package import AssayModels
package import AssayTerms

/// Scores blocks with a model this build reads itself.
package struct ModelScorer: BlockScorer {
    package let inputColumns: [Text]
    package let features: [Text]
    private let scorer: Scorer
    private let classes: [ColumnValue]

    /// - Throws: `unsupported` for a model that knows no column names: which of the data's columns are its inputs would
    ///   be a guess.
    package init(_ model: ScoringModel) throws(AssayError) {
        guard model.inputsAreNamed else {
            throw AssayError(
                .unsupported,
                "the model knows no column names, so the data's columns cannot be given to it; "
                    + "log it with a signature inferred from a data frame")
        }
        scorer = Scorer(model)
        inputColumns = model.graph.usedInputs.map { model.inputs[$0] }
        var features = model.inputs
        for name in model.signature?.inputs?.columnNames ?? [] where !features.contains(name) { features.append(name) }
        self.features = features
        classes = model.classes?.values ?? []
    }

    package func score(_ block: RowBlock) throws(AssayError) -> ScoredBlock {
        let scores = try scorer.scores(block)
        return ScoredBlock(
            predictions: scores.prediction(), classes: classes,
            probabilities: classes.count == scores.probabilities?.count ? scores.probabilities : nil)
    }
}
