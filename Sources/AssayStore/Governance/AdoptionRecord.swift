package import AssayTerms

/// A named person's taking of responsibility for a version that somebody nameless made.
package struct AdoptionRecord: Hashable, Sendable {
    /// The version's own id, which outlives renaming.
    package var versionID: String
    package var model: Text
    package var version: Int
    package var manifest: SHA256Digest
    package var adopterID: String
    package var adopterName: Text
    package var adoptedMilliseconds: Int64

    package init(
        versionID: String, model: Text, version: Int, manifest: SHA256Digest, adopterID: String, adopterName: Text,
        adoptedMilliseconds: Int64
    ) {
        self.versionID = versionID
        self.model = model
        self.version = version
        self.manifest = manifest
        self.adopterID = adopterID
        self.adopterName = adopterName
        self.adoptedMilliseconds = adoptedMilliseconds
    }
}
