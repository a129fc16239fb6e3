package import AssayColumns
package import AssayJSON
package import AssayModels
package import AssayTerms

/// What of a model's answers is explained, as numbers: one array of rows per output.
///
/// Of two classes the probability of the second, of more the probability of each, else the predicted number.
package struct ModelFunction: Sendable {
    /// What attributions add up to: `log-odds`, `log`, `probability` or `raw`.
    package let space: String
    /// Whether the outputs are probabilities that predictions hold.
    let givesProbabilities: Bool
    /// Whether the outputs are scores, which predictions do not hold.
    let givesScores: Bool
    private let answer: @Sendable (RowBlock) throws(AssayError) -> [[Double]]

    /// The answers of whatever predicts rows.
    package init(_ predictor: any RowPredictor, parameters: JSONValue? = nil) {
        self.init(predictor.form) { (block) throws(AssayError) in
            guard let predictions = try predictor.predictions([block], parameters: parameters).first else {
                throw AssayError(.internalFault, "a block has no predictions")
            }
            return predictions
        }
    }

    /// - Parameter predictions: of one block.
    package init(
        _ form: ModelForm, _ predictions: @escaping @Sendable (RowBlock) throws(AssayError) -> Predictions
    ) {
        givesProbabilities = form.classes != nil
        givesScores = false
        space = givesProbabilities ? "probability" : "raw"
        answer = { (block) throws(AssayError) in try Self.outputs(try predictions(block), form) }
    }

    /// The scores of a model this build reads, which its exact explanations explain too.
    package init(_ model: ScoringModel) {
        let scorer = Scorer(model)
        // Those of a model that joins others are probabilities, which have log-odds.
        var joins = false
        if case .dense = model.head { joins = true }
        givesProbabilities = joins && model.head.space == "probability"
        givesScores = true
        space = model.head.space
        let explained = model.head.explainedScores
        answer = { (block) throws(AssayError) in
            let scores = try scorer.scores(block).scores
            return explained.map { scores[$0] }
        }
    }

    func callAsFunction(_ block: RowBlock) throws(AssayError) -> [[Double]] { try answer(block) }

    /// The outputs within an answer that is there already.
    package static func outputs(_ predictions: Predictions, _ form: ModelForm) throws(AssayError) -> [[Double]] {
        if let classes = form.classes, let probabilities = predictions.probabilities {
            return classes.count == 2 ? [probabilities[1]] : probabilities
        }
        switch predictions.values.values {
        case .boolean(let values): return [values.map { Double($0) }]
        case .int64(let values): return [values.map { Double($0) }]
        case .double(let values): return [values]
        case .text, .timestamp:
            throw AssayError(
                .unsupported,
                "the model answers with words and gives no probabilities, so there is no number to attribute to columns; "
                    + "explain a model that gives probabilities")
        }
    }
}
