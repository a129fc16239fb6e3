package import AssayTerms

/// The feature views that a model's inputs are of, by the model's own word: `assay.features` among the `metadata` it was logged with,
/// a mapping of each view's name to its digest.
///
/// It stands in `MLmodel`, and so is frozen, approved and signed with the version.
package enum FeatureViewNames: Hashable, Sendable {
    case views([View])
    /// It says something in another form.
    case unreadable

    package struct View: Hashable, Sendable {
        package let name: Text
        package let digest: SHA256Digest
    }

    package static let key = "assay.features"
    private static let limit = 100

    init(_ entries: [(name: String?, digest: String?)]) {
        var views: [View] = []
        for entry in entries {
            guard let name = entry.name, !name.isEmpty, let digest = entry.digest.flatMap(SHA256Digest.init(hex:)) else {
                self = .unreadable
                return
            }
            views.append(View(name: Text(name), digest: digest))
        }
        self = views.isEmpty || views.count > Self.limit ? .unreadable : .views(views.sorted { $0.name < $1.name })
    }
}
