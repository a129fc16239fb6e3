package import AssayColumns
package import AssayJSON
package import AssayTerms

/// A model this build reads itself, asked as any other is.
package struct NativePredictor: RowPredictor {
    package let form: ModelForm
    package var reasonCount: Int { scorer.model.program?.reasonCount ?? 0 }
    private let scorer: Scorer
    private let threads: Int

    /// - Parameter threads: how many a block's rows are divided among; the answers do not depend on it.
    package init(_ model: ScoringModel, threads: Int = 1) {
        self.threads = threads
        form = model.form
        scorer = Scorer(model)
    }

    package func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions] {
        try blocks.map { (block) throws(AssayError) in
            let values = try scorer.values(block)
            return scorer.predictions(try scorer.scores(values, threads: threads), values)
        }
    }
}
