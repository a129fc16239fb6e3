package import AssayColumns
package import AssayJSON
package import AssayModels
package import AssayTerms

/// What of a model's answers is explained, as numbers: one array of rows per output.
///
/// Of two classes the probability of the second, of more the probability of each, else the predicted number.
package struct ModelFunction: Sendable {
    package enum Space: String, Sendable {
        case logOdds = "log-odds"
        case probability, raw
    }

    package let space: Space
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
        space = form.classes == nil ? .raw : .probability
        answer = { (block) throws(AssayError) in try Self.outputs(try predictions(block), form) }
    }

    /// The log-odds of a model this build reads, which its linear explanation explains too.
    package init(_ model: ScoringModel) {
        space = .logOdds
        let scorer = Scorer(model)
        answer = { (block) throws(AssayError) in try scorer.scores(block).scores }
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
