package import AssayTerms

/// A dataset by which logged models are searched.
package struct LoggedModelDataset: Hashable, Sendable {
    package let name: Text
    package let digest: Text?

    package init(name: Text, digest: Text?) {
        self.name = name
        self.digest = digest
    }
}
