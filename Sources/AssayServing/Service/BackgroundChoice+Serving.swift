package import AssayExplain
package import AssayModels
package import AssayTerms

extension BackgroundChoice {
    /// How a model this build reads is explained in service, and the words for it.
    ///
    /// A model that cannot be explained by its own numbers (trees whose leaves are linear, no background and no covers) is served without,
    /// unless explanations are asked for.
    ///
    /// - Parameter isRequired: whether somebody asked for explanations.
    /// - Throws: as ``explainer(of:path:treeRows:seed:followsCovers:)``.
    package func servedExplainer(
        of model: ScoringModel, path: String?, isRequired: Bool
    ) throws(AssayError) -> (explainer: NativeExplainer?, words: String) {
        do throws(AssayError) {
            let explainer = try explainer(of: model, path: path)
            return (explainer, "explained against \(explainer.background)")
        } catch {
            guard error.code == .unsupported, !isRequired, path == nil else { throw error }
            return (nil, "not explained: \(error.message)")
        }
    }
}
