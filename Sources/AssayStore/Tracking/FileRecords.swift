package import AssayTerms

/// Reading file records.
package protocol FileSnapshot {
    /// The file at exactly `path`.
    func file(_ owner: FileOwner, path: Text) throws -> FileRecord?

    /// Every file of `owner` at or below `folder` (all without one), sorted by path.
    func files(_ owner: FileOwner, below folder: Text?) throws -> [FileRecord]

    /// Those of `blobs` that some record mentions, of a file or of a part of one.
    func mentioned(_ blobs: [BlobID]) throws -> Set<BlobID>
}

/// Changing file records. Bytes are written to the blob store before; blobs no record mentions any more are answered, for
/// the caller to remove after the commit.
package protocol FileTransaction: FileSnapshot {
    /// Puts `record` in the place of whatever stood at its path.
    ///
    /// - Throws: `permissionDenied` for a model version, whose list is written once by ``copyFiles(from:to:)``; `conflict`
    ///   when a file stands where `record` needs a folder, or a folder where it needs a file.
    func putFile(_ record: FileRecord, of owner: FileOwner) throws -> [BlobID]

    /// Removes the file at `path` and everything below it; everything of `owner` without a path. Nothing there is no error.
    ///
    /// - Throws: `permissionDenied` for a model version.
    func removeFiles(of owner: FileOwner, at path: Text?) throws -> [BlobID]

    /// Copies the list, not the bytes: `target` gets every record at or below `folder` in `source`, with paths relative to
    /// `folder`. Both then name the same blobs.
    ///
    /// - Returns: the copied records sorted by path.
    /// - Throws: `conflict` when `target` has files already.
    @discardableResult
    func copyFiles(from source: FileOwner, below folder: Text?, to target: FileOwner) throws -> [FileRecord]
}

extension FileSnapshot {
    package func files(_ owner: FileOwner) throws -> [FileRecord] { try files(owner, below: nil) }

    /// One level of the tree of `owner` under `folder`: its files and folders, sorted by path. Nothing is there without
    /// files, so an unknown folder is empty.
    package func listing(_ owner: FileOwner, folder: Text?) throws -> [ArtifactEntry] {
        let prefix = folder.map { $0.string + "/" } ?? ""
        let prefixCount = prefix.utf8.count
        var entries: [ArtifactEntry] = []
        for file in try files(owner, below: folder) where file.path.utf8Count > prefixCount {
            let rest = file.path.utf8.dropFirst(prefixCount)
            guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
                entries.append(ArtifactEntry(path: file.path, size: file.size))
                continue
            }
            let path = Text(prefix + String(Substring(rest[..<slash])))
            if entries.last?.path != path { entries.append(ArtifactEntry(path: path, size: nil)) }
        }
        return entries.sorted { $0.path < $1.path }
    }
}

extension FileTransaction {
    @discardableResult
    package func copyFiles(from source: FileOwner, to target: FileOwner) throws -> [FileRecord] {
        try copyFiles(from: source, below: nil, to: target)
    }
}
