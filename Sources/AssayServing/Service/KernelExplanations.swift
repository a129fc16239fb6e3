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

    /// Explains the background's first row, so that what cannot be explained is refused before anybody asks.
    ///
    /// - Throws: why the model cannot be explained so.
    package init(
        background: BackgroundRows, settings: KernelExplainer.Settings, seconds: Double, for predictor: any RowPredictor
    ) throws(AssayError) {
        self.background = background
        self.settings = settings
        self.seconds = seconds
        games = KernelGames(settings.method, seed: settings.seed)
        var explainer = try explainer(predictor, nil)
        let first = RowBlock(rowCount: 1, columns: background.block.columns.map { $0.gathered([0]) })
        guard let predictions = try predictor.predictions([first], parameters: nil).first else {
            throw AssayError(.internalFault, "a block has no predictions")
        }
        _ = try explainer.explain(first, try explainer.answers(predictions, first))
    }

    /// For one request, since its parameters are part of what is explained. The model is asked about the background at once; when the
    /// time is over it is not asked any more, and nothing more is computed.
    func explainer(_ predictor: any RowPredictor, _ parameters: JSONValue?) throws(AssayError) -> KernelExplainer {
        let deadline = SystemClock.seconds() + seconds
        let seconds = seconds
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

/// How answers are explained.
enum Explaining: Sendable {
    case nothing
    /// A model this build reads, by its own numbers.
    case native(NativeExplainer)
    case kernel(KernelExplanations)
}
