package import AssayModels
package import AssayTerms

/// All stores of a gateway, and which of them a model's inputs are filled from.
package struct FeatureStores: Sendable {
    package let all: [FeatureStore]

    /// - Throws: `invalidArgument` where two stores hold one view.
    package init(_ stores: [FeatureStore]) throws(AssayError) {
        var seen: Set<Text> = []
        for store in stores {
            guard seen.insert(store.view).inserted else {
                throw AssayError(.invalidArgument, "two feature stores hold the view '\(store.view)'; name one of them")
            }
        }
        all = stores
    }

    /// The model's own word about its views counts; the patterns of the stores are for models that say nothing.
    ///
    /// - Parameter named: what `MLmodel` says.
    /// - Returns: `nil` for a model of no view.
    /// - Throws: where a view that the model names is not there, or is another one; `unsupported` where a feature does not fit its input.
    package func filler(for model: Text, named: FeatureViewNames?, form: ModelForm) throws(AssayError) -> FeatureFiller? {
        var parts: [FeatureFiller.Part] = []
        switch named {
        case .unreadable:
            throw AssayError(
                .unreadable, "its '\(FeatureViewNames.key)' is not understood; it is a mapping of view names to their digests, as assay features lint prints them")
        case .views(let views):
            for view in views {
                guard let store = all.first(where: { $0.view == view.name }) else {
                    throw AssayError(.notFound, "it reads features of the view '\(view.name)', of which this gateway has no store")
                }
                guard store.viewDigest == view.digest else {
                    throw AssayError(
                        .conflict, "it was made with another text of the view '\(view.name)' (\(view.digest.hex.prefix(12))…) than the store holds (\(store.viewDigest.hex.prefix(12))…)")
                }
                guard let part = try FeatureFiller.Part(store, form) else { throw Self.foreign(view.name) }
                parts.append(part)
            }
        case nil:
            for store in all where store.settings.isFor(model) {
                if let part = try FeatureFiller.Part(store, form) {
                    parts.append(part)
                } else if store.settings.models.contains(model) {
                    throw Self.foreign(store.view)
                }
            }
        }
        return parts.isEmpty ? nil : try FeatureFiller(parts, form: form)
    }

    private static func foreign(_ view: Text) -> AssayError {
        AssayError(.invalidArgument, "none of its inputs is a feature of the view '\(view)'")
    }
}
