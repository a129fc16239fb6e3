package import AssayPolicy
package import AssayTerms

/// A model version as the gate looks at it: its files, its names, and who answers for it.
package struct GovernedVersion: Sendable {
    /// One file of the frozen copy.
    package struct File: Hashable, Sendable {
        package var path: Text
        package var digest: SHA256Digest
        package var size: Int64

        package init(path: Text, digest: SHA256Digest, size: Int64) {
            self.path = path
            self.digest = digest
            self.size = size
        }
    }

    /// Outlives renaming.
    package var id: String
    package var modelID: String
    package var model: Text
    package var version: Int
    /// Every other name under which these files are or were registered; a policy that selects one of them applies.
    package var otherNames: [Text]
    package var manifest: GateFacts.Manifest
    /// The model's files, sorted by path; the manifest is their digest.
    package var files: [File]
    /// What was logged beside the model in its run and frozen with it, sorted by path.
    package var tables: [File]
    /// Ids of the principals of the run and of the registration, and of whoever adopted these files; sorted.
    package var authors: [Text]
    /// Whether run, registration, a file or a table to judge on was anonymous, and nobody has adopted this version.
    package var hasAnonymousAuthor: Bool

    package init(
        id: String, modelID: String, model: Text, version: Int, otherNames: [Text], manifest: GateFacts.Manifest, files: [File],
        tables: [File], authors: [Text], hasAnonymousAuthor: Bool
    ) {
        self.id = id
        self.modelID = modelID
        self.model = model
        self.version = version
        self.otherNames = otherNames
        self.manifest = manifest
        self.files = files
        self.tables = tables
        self.authors = authors
        self.hasAnonymousAuthor = hasAnonymousAuthor
    }

    /// The manifest's digest, where there is one.
    package var frozenManifest: SHA256Digest? {
        if case .frozen(let digest) = manifest { digest } else { nil }
    }

    /// `loans/3`.
    package var title: Text { Text("\(model)/\(version)") }
}
