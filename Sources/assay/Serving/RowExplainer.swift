import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// Explains blocks of rows, by the model's own weights or by its answers.
enum RowExplainer {
    case linear(LinearExplainer)
    case kernel(KernelExplainer, any RowPredictor)

    /// A block's rows, explained.
    struct Explained {
        let explanation: Explanation
        /// Each row's prediction.
        let predictions: Column
        /// Each row's predicted class by index; empty for a model without classes.
        let classes: [Int]
        /// `base + Σ φ` less the row's answer; `nil` where it was checked and is not kept.
        let residuals: [Double]?

        /// `{"prediction", "base_value", "shap_values"}`, from a kernel also `residual`.
        func json(_ row: Int) -> JSONValue {
            let perScore = explanation.baseValues.indices.map { score -> JSONValue in
                .array(explanation.attributions(row: row, score: score).map { .number($0) })
            }
            let bases = explanation.baseValues.map { JSONValue.number($0) }
            var object: JSONObject = [
                "prediction": predictions.json(row),
                "base_value": bases.count == 1 ? bases[0] : .array(bases),
                "shap_values": perScore.count == 1 ? perScore[0] : .array(perScore),
            ]
            object["residual"] = residuals.map { .number($0[row]) }
            return .object(object)
        }
    }

    /// What the attributions add up to.
    var space: String {
        switch self {
        case .linear: "log-odds"
        case .kernel(let explainer, _): explainer.space
        }
    }

    var backgroundName: String {
        switch self {
        case .linear(let explainer): explainer.background.name
        case .kernel(let explainer, _): explainer.background.name
        }
    }

    mutating func explain(_ block: RowBlock) throws(AssayError) -> Explained {
        switch self {
        case .linear(let explainer):
            let values = try explainer.scorer.values(block)
            let scores = try explainer.scorer.scores(values)
            return Explained(
                explanation: try explainer.explain(values, scores), predictions: scores.prediction(), classes: scores.classes,
                residuals: nil)
        case .kernel(var explainer, let predictor):
            guard let predictions = try predictor.predictions([block], parameters: nil).first else {
                throw AssayError(.internalFault, "a block has no predictions")
            }
            let answers = try explainer.answers(predictions, block)
            let (explanation, residuals) = try explainer.explain(block, answers)
            self = .kernel(explainer, predictor)
            return Explained(
                explanation: explanation, predictions: predictions.values, classes: predictor.form.classes.map { predictions.classes(among: $0) } ?? [],
                residuals: residuals)
        }
    }
}
