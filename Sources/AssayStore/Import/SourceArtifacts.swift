package import AssayTerms

/// What stands behind an artifact URI of another tracker.
package enum SourceArtifacts: Sendable {
    /// The files of a folder of this machine, sorted by path, and what in it is not brought over.
    case held([SourceFile], problems: [ImportProblem])
    /// The folder is of this machine and is not there; most runs never wrote an artifact.
    case absent(folder: Text)
    /// They are kept by another service, where clients go on finding them.
    case elsewhere
    /// The URI leads where no artifacts of this owner can be.
    case refused(reason: Text)
}

/// One file of a folder.
package struct SourceFile: Hashable, Sendable {
    /// Below the owner's root.
    package let path: Text
    /// The file itself, without links on the way.
    package let location: String
    package let size: Int64
    /// When it was written last, in nanoseconds since 1970.
    package let modifiedNanoseconds: Int64

    package init(path: Text, location: String, size: Int64, modifiedNanoseconds: Int64) {
        self.path = path
        self.location = location
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
    }
}
