package import AssayColumns
package import AssayJSON
package import AssayTerms

/// A model this build reads itself, asked as any other is.
package struct NativePredictor: RowPredictor {
    package let form: ModelForm
    private let scorer: Scorer

    package init(_ model: ScoringModel) {
        form = model.form
        scorer = Scorer(model)
    }

    package func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions] {
        try blocks.map { (block) throws(AssayError) in
            try scorer.scores(block).predictions(scorer.model.predictFunction)
        }
    }
}
