package import AssayExplain
import AssayColumns
import AssayJSON
package import AssayModels
package import AssayTerms
import Glibc

/// How a served model is explained by asking it: what with, how, and for how long.
package struct KernelExplanations: Sendable {
    package let background: BackgroundRows
    private let settings: KernelExplainer.Settings
    /// Of one request's explanations.
    private let seconds: Double
    /// Of all requests.
    private let games: KernelGames
    /// Whether somebody asked that answers be explained, whatever it costs.
    private let isRequired: Bool
    /// So many rows the model is asked about for one row's explanation, at most.
    package let evaluationsPerRow: Int

    /// Beyond so many evaluations for one request its rows are not explained unless somebody asks.
    private static let unaskedEvaluations = 1 << 21
    /// For the first row's explanation, where nobody asked for any.
    private static let unaskedSeconds = 1.0

    /// Explains the background's first row, so that what cannot be explained is refused before anybody asks.
    ///
    /// - Parameters:
    ///   - seconds: of one request's explanations.
    ///   - isRequired: whether somebody asked for explanations. Without, a first row that takes longer than a second is refused, and
    ///     ``omission(rowCount:)`` says which requests are too large.
    /// - Throws: why the model cannot be explained so.
    package init(
        background: BackgroundRows, settings: KernelExplainer.Settings, seconds: Double, for predictor: any RowPredictor, isRequired: Bool = true
    ) throws(AssayError) {
        self.background = background
        self.settings = settings
        self.seconds = seconds
        self.isRequired = isRequired
        evaluationsPerRow = settings.method.coalitions(players: predictor.form.usedInputs.count) * background.rowCount
        games = KernelGames(settings.method, seed: settings.seed)
        var explainer = try explainer(predictor, nil, seconds: isRequired ? seconds : min(seconds, Self.unaskedSeconds))
        let first = RowBlock(rowCount: 1, columns: background.block.columns.map { $0.gathered([0]) })
        guard let predictions = try predictor.predictions([first], parameters: nil).first else {
            throw AssayError(.internalFault, "a block has no predictions")
        }
        _ = try explainer.explain(first, try explainer.answers(predictions, first))
    }

    /// Why so many rows are answered without an explanation where nobody asked for one; `nil` where they are explained.
    func omission(rowCount: Int) -> String? {
        guard !isRequired, evaluationsPerRow * rowCount > Self.unaskedEvaluations else { return nil }
        return "explaining \(rowCount) rows asks the model about up to \(evaluationsPerRow * rowCount) others, so they are explained on request "
            + "only: by ?explain=true, or send \(max(Self.unaskedEvaluations / max(evaluationsPerRow, 1), 1)) at once"
    }

    func explainer(_ predictor: any RowPredictor, _ parameters: JSONValue?) throws(AssayError) -> KernelExplainer {
        try explainer(predictor, parameters, seconds: seconds)
    }

    /// For one request, since its parameters are part of what is explained. The model is asked about the background at once; when the
    /// time is over it is not asked any more, and nothing more is computed.
    private func explainer(_ predictor: any RowPredictor, _ parameters: JSONValue?, seconds: Double) throws(AssayError) -> KernelExplainer {
        let deadline = SystemClock.seconds() + seconds
        let checkpoint: @Sendable () throws(AssayError) -> Void = { () throws(AssayError) in
            guard SystemClock.seconds() < deadline else {
                throw AssayError(
                    .limitExceeded,
                    "explaining the rows took longer than \(Int(seconds)) seconds and was stopped; send fewer rows, or have the service "
                        + "ask for fewer --samples of fewer --background-rows", cause: ModelOutage(.late))
            }
        }
        let function = ModelFunction(predictor.form) { (block) throws(AssayError) in
            try checkpoint()
            guard let predictions = try predictor.predictions([block], parameters: parameters).first else {
                throw AssayError(.internalFault, "a block has no predictions")
            }
            return predictions
        }
        return try KernelExplainer(function, form: predictor.form, background: background, settings: settings, games: games, checkpoint: checkpoint)
    }
}
