package import AssayExplain
package import AssayModels
package import AssayTerms

extension BackgroundChoice {
    /// How models are asked that only their answers explain.
    package struct Asking: Sendable {
        /// Background rows at most.
        package var rowLimit: Int
        package var settings: KernelExplainer.Settings
        /// Of one request's explanations.
        package var seconds: Double

        package init(rowLimit: Int, settings: KernelExplainer.Settings, seconds: Double) {
            self.rowLimit = rowLimit
            self.settings = settings
            self.seconds = seconds
        }
    }

    /// How a model this build reads is explained in service, and the words for it: by its own numbers where these do it, else by asking it.
    ///
    /// A model that neither explains (it gives labels alone, there are no rows to compare with, one row takes too long) is served without,
    /// unless explanations are asked for.
    ///
    /// - Parameters:
    ///   - path: rows to compare with, where somebody names them.
    ///   - isRequired: whether somebody asked for explanations.
    /// - Throws: why it cannot be explained, where somebody asked or named rows.
    package func serving(
        _ model: ScoringModel, path: String?, asking: Asking, isRequired: Bool
    ) throws(AssayError) -> (explaining: Explaining, words: String) {
        let reason: AssayError
        do throws(AssayError) {
            let explainer = try explainer(of: model, path: path)
            return (.native(explainer), "explained against \(explainer.background)")
        } catch {
            guard error.code == .unsupported else { throw error }
            reason = error
        }
        let isNamed = isRequired || path != nil
        do throws(AssayError) {
            let predictor = NativePredictor(model)
            let rows = try rows(path: path, limit: asking.rowLimit, seed: UInt64(asking.settings.seed))
            let kernel = try KernelExplanations(
                background: rows, settings: asking.settings, seconds: asking.seconds, for: predictor, isRequired: isNamed)
            return (
                .kernel(kernel),
                "explained against \(rows.rowCount) rows of \(rows.name), by asking, up to \(kernel.evaluationsPerRow) times a row"
            )
        } catch {
            let both = "\(reason.message), and \(error.message)"
            guard !isNamed else { throw AssayError(error.code, both, cause: error.cause) }
            return (.nothing, "not explained: \(both)")
        }
    }
}
