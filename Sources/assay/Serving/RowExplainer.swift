import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// Explains blocks of rows, by the model's own numbers or by its answers.
enum RowExplainer {
    case native(NativeExplainer)
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

        /// `{"prediction", "base_value", "shap_values"}`, from a kernel also `residual`, with a table of reason codes `reasons` and what inputs that
        /// are never named did.
        func json(_ row: Int, reasons: ReasonTable.RowReasons? = nil) -> JSONValue {
            let perScore = explanation.baseValues.indices.map { score -> JSONValue in
                .array(explanation.attributions(row: row, score: score).map { .number($0) })
            }
            let bases = explanation.baseValues.indices.map { JSONValue.number(explanation.base(row: row, score: $0)) }
            var object: JSONObject = [
                "prediction": predictions.json(row),
                "base_value": bases.count == 1 ? bases[0] : .array(bases),
                "shap_values": perScore.count == 1 ? perScore[0] : .array(perScore),
            ]
            object["reasons"] = reasons?.json
            object["never_named"] = reasons.map { .number($0.neverNamed) }
            object["residual"] = residuals.map { .number($0[row]) }
            if explanation.interactions != nil {
                let matrices = explanation.baseValues.indices.map { matrix(row, $0) }
                object["shap_interaction_values"] = matrices.count == 1 ? matrices[0] : .array(matrices)
            }
            return .object(object)
        }

        private func matrix(_ row: Int, _ score: Int) -> JSONValue {
            let count = explanation.featureNames.count
            guard let values = explanation.interactions(row: row, score: score) else { return .null }
            return .array((0..<count).map { i in .array((0..<count).map { .number(values[values.startIndex + i * count + $0]) }) })
        }
    }

    /// What the attributions add up to.
    var space: String {
        switch self {
        case .native(let explainer): explainer.space
        case .kernel(let explainer, _): explainer.space
        }
    }

    /// Whether each row's distance of its sum to its answer is kept.
    var keepsResiduals: Bool { if case .kernel = self { true } else { false } }

    /// The largest of these; `nil` where each was checked and is not kept.
    var largestResidual: Double? {
        if case .kernel(let explainer, _) = self { explainer.largestResidual } else { nil }
    }

    var backgroundName: String {
        switch self {
        case .native(let explainer): explainer.background
        case .kernel(let explainer, _): explainer.background.name
        }
    }

    /// How many rows it compares with; `nil` where there are none, or all are averaged.
    var backgroundRows: BackgroundRows.Counts? {
        switch self {
        case .native(let explainer): explainer.backgroundRows
        case .kernel(let explainer, _): explainer.background.counts
        }
    }

    /// `rows.csv`, or `1,000 of 1,000,000 rows of rows.csv`.
    var backgroundWords: String {
        guard let rows = backgroundRows, rows.used < rows.available else { return backgroundName }
        return "\(NumberText.grouped(rows.used)) of \(NumberText.grouped(rows.available)) rows of \(backgroundName)"
    }

    /// How many outputs are explained.
    var baseCount: Int {
        switch self {
        case .native(let explainer): explainer.baseValues.count
        case .kernel(let explainer, _): explainer.baseValues.count
        }
    }

    /// Whom attributions are given to.
    var players: Players {
        switch self {
        case .native(let explainer): explainer.players
        case .kernel(let explainer, _): explainer.players
        }
    }

    /// - Parameter labels: as ``NativeExplainer/explain(_:_:labels:interactions:threads:)``.
    mutating func explain(_ block: RowBlock, labels: [Bool]? = nil, interactions: Bool = false) throws(AssayError) -> Explained {
        switch self {
        case .native(let explainer):
            let values = try explainer.scorer.values(block)
            let threads = Processors.count
            let scores = try explainer.scorer.scores(values, threads: threads)
            return Explained(
                explanation: try explainer.explain(values, scores, labels: labels, interactions: interactions, threads: threads),
                predictions: scores.prediction(), classes: scores.classes, residuals: nil)
        case .kernel(var explainer, let predictor):
            guard let predictions = try predictor.predictions([block], parameters: nil).first else {
                throw AssayError(.internalFault, "a block has no predictions")
            }
            let answers = try explainer.answers(predictions, block)
            let (explanation, residuals) = try explainer.explain(block, answers)
            self = .kernel(explainer, predictor)
            // Without probabilities a row's class is that of its greatest score.
            let classes = predictor.form.classes.map { predictions.classes(among: $0) } ?? Self.greatest(answers, rowCount: block.rowCount)
            return Explained(explanation: explanation, predictions: predictions.values, classes: classes, residuals: residuals)
        }
    }

    private static func greatest(_ answers: [[Double]], rowCount: Int) -> [Int] {
        (0..<rowCount).map { row in answers.indices.max { answers[$0][row] < answers[$1][row] } ?? 0 }
    }
}
