/// One line of an artifact listing.
package struct ArtifactEntry: Hashable, Sendable {
    /// Relative to the root of the run or model.
    package let path: Text
    /// Bytes, or `nil` for a folder.
    package let size: Int64?

    package var isFolder: Bool { size == nil }

    package init(path: Text, size: Int64?) {
        self.path = path
        self.size = size
    }
}
