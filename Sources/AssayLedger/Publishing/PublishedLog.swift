package import AssayCanonical
package import AssayLedgerFormat
package import AssayTerms

/// The published part of a log, read: what anyone may be given. Needs no key and no database; every call blocks.
package struct PublishedLog: Sendable {
    private let files: any LedgerFiles

    package init(files: any LedgerFiles) { self.files = files }

    /// The newest checkpoint as it is signed; `nil` before the first publication.
    package func checkpoint() throws(AssayError) -> SignedNote? {
        guard let bytes = try files.read(TreePublisher.headName) else { return nil }
        return try SignedNote(parsing: bytes)
    }

    /// The key that auditors verify with; `nil` before the log began.
    package func verificationKey() throws(AssayError) -> NoteVerificationKey? { try LogKey.publicKey(in: files) }

    /// A published file: `checkpoint`, `checkpoints`, `vkey`, `vkeys` of a log whose key was rotated, or a tile or bundle by its C2SP name. A partial tile that
    /// was replaced is cut from its successor, so that a client with an older checkpoint can go on.
    ///
    /// - Returns: `nil` for another name, or a tile there is not.
    package func resource(_ path: String) throws(AssayError) -> [UInt8]? {
        let names = [TreePublisher.headName, TreePublisher.listName, LogKey.publicFileName, LogKeyRotation.publicListName]
        if names.contains(path) {
            return try files.read(path)
        }
        guard let tile = TilePath(path) else { return nil }
        return try LedgerTiles.read(tile, from: files)
    }

    /// A proof that the entry at `index` is in the newest published tree.
    ///
    /// - Throws: `notFound` if it is not published yet.
    package func proof(index: UInt64) throws(AssayError) -> TlogProof {
        guard let note = try checkpoint() else { throw AssayError(.notFound, "the log has no checkpoint yet") }
        var tree = try tree(of: note)
        return TlogProof(index: index, path: try tree.inclusionPath(index: index), checkpoint: note)
    }

    /// A proof that the newest published tree begins with the tree of `oldSize`, and the newest checkpoint.
    ///
    /// - Throws: `invalidArgument` for a size beyond the log.
    package func consistency(from oldSize: UInt64) throws(AssayError) -> (path: [SHA256Digest], checkpoint: SignedNote)
    {
        guard let note = try checkpoint() else { throw AssayError(.notFound, "the log has no checkpoint yet") }
        var tree = try tree(of: note)
        return (try tree.consistencyPath(from: oldSize), note)
    }

    /// The root of the newest published tree as it was at an earlier size.
    ///
    /// - Throws: `invalidArgument` for a size beyond the log.
    package func root(at size: UInt64) throws(AssayError) -> SHA256Digest {
        guard let note = try checkpoint() else { throw AssayError(.notFound, "the log has no checkpoint yet") }
        var tree = try tree(of: note)
        return try tree.root(at: size)
    }

    private func tree(of note: SignedNote) throws(AssayError) -> TiledTree {
        let files = files
        return TiledTree(size: try Checkpoint(text: note.text).size) { (path) throws(AssayError) in
            guard let bytes = try LedgerTiles.read(path, from: files) else {
                throw AssayError(.corrupt, "\(path.text) of the ledger is missing")
            }
            return bytes
        }
    }
}
