import AssayCanonical
import AssayLedgerFormat
import AssayTerms

/// Writes tiles and checkpoints so that, whatever is interrupted, the folder holds a whole signed tree.
///
/// One publication, in this order: full tiles and bundles, partial ones, removal of older partial ones, the new
/// checkpoint at the end of `checkpoints`, and the same under `checkpoint`. Each step is durable before the next.
/// Interrupted before the last step, the old checkpoint still stands: its partial tiles may be gone, but then a
/// wider tile with the same beginning is there; what is beyond it is unsigned and is written again.
struct TreePublisher: Sendable {
    static let headName = "checkpoint"
    static let listName = "checkpoints"

    private let files: any LedgerFiles
    private let key: NoteSigningKey
    private(set) var newest: Checkpoint
    private var edge: TreeEdge

    /// Opens the log, finishing what an interrupted publication left, or begins it with a signed empty tree.
    ///
    /// - Parameter formerKeys: keys that `key` took the place of; one of them may have signed the newest checkpoint.
    /// - Throws: `corrupt` if the newest checkpoint is not ours or the tiles do not give its root: then nothing may be
    ///   signed. `unavailable` if files cannot be read or written.
    init(
        files: any LedgerFiles, key: NoteSigningKey, formerKeys: [NoteVerificationKey] = []
    ) throws(AssayError) {
        self.files = files
        self.key = key
        let listed = try Self.wholeList(files)
        let head = try files.read(Self.headName)
        if listed.isEmpty {
            guard head == nil, try files.names(in: "tile").isEmpty else {
                throw AssayError(
                    .corrupt, "the ledger has tiles or a checkpoint, but its list of checkpoints is empty or missing")
            }
            newest = Checkpoint(origin: key.verificationKey.name, size: 0, root: MerkleHash.empty)
            edge = TreeEdge()
            try sign(newest)
            return
        }
        // The head may carry further signatures, of witnesses or of the key that is in use now.
        let headNote = try head.map { (bytes) throws(AssayError) in try SignedNote(parsing: bytes) }
        let keys = formerKeys + [key.verificationKey]
        guard let last = listed.last, headNote.map({ Self.isListed($0, in: listed, keys: keys) }) ?? true else {
            throw AssayError(.corrupt, "the ledger's checkpoint is not in its list of checkpoints, or not signed by its key")
        }
        let note = try SignedNote(parsing: last)
        let signer = keys.last { note.isSigned(by: $0) } ?? key.verificationKey
        newest = try Checkpoint(note: last, signedBy: signer)
        edge = try TreeEdge(size: newest.size) { (path) throws(AssayError) in
            guard let bytes = try LedgerTiles.read(path, from: files) else {
                throw AssayError(.corrupt, "\(path.text) of the ledger is missing")
            }
            return bytes
        }
        guard edge.root == newest.root else {
            throw AssayError(
                .corrupt,
                "the ledger's tiles do not give the root of its newest checkpoint (size \(newest.size)); nothing is "
                    + "signed until `assay audit verify` passes")
        }
        if headNote?.text != note.text { try files.replace(Self.headName, with: note.adding(signatureBy: key).bytes) }
    }

    private static func isListed(_ note: SignedNote, in list: [[UInt8]], keys: [NoteVerificationKey]) -> Bool {
        let text = Array((note.text + "\n").utf8)
        return keys.contains(where: note.isSigned) && list.reversed().contains { $0.starts(with: text) }
    }

    /// The entries of the newest published bundle and the index of the first: what the database is compared with.
    func newestEntries() throws(AssayError) -> (first: UInt64, entries: [[UInt8]]) {
        guard newest.size > 0 else { return (0, []) }
        let width = Int((newest.size - 1) % 256) + 1
        let index = (newest.size - 1) / 256
        let path = TilePath(.entries, index: index, width: width)
        guard let bytes = try LedgerTiles.read(path, from: files) else {
            throw AssayError(.corrupt, "\(path.text) of the ledger is missing")
        }
        return (index * 256, try EntryBundle.entries(in: bytes, count: width))
    }

    /// Publishes the tree that `leaves` extend. After an error this value must be thrown away and the log opened anew.
    mutating func publish(_ leaves: [[UInt8]]) throws(AssayError) {
        guard !leaves.isEmpty else { return }
        var full: [(path: TilePath, bytes: [UInt8])] = []
        let replaced = TreeEdge.partialPaths(size: edge.size)
        for leaf in leaves { edge.append(leaf) { full.append(($0, $1)) } }
        let partial = edge.partialTiles
        let kept = Set(partial.map(\.path))
        for tile in full + partial where !replaced.contains(tile.path) {
            try files.replace(tile.path.text, with: tile.bytes)
        }
        // The folders of partial tiles that were or are on the edge; beside the kept width nothing stays in them.
        var folders: [String: TilePath?] = [:]
        for path in replaced { folders[path.partialFolder] = .some(nil) }
        for path in full.map(\.path) { folders[path.partialFolder] = .some(nil) }
        for path in kept { folders[path.partialFolder] = path }
        for (folder, path) in folders.sorted(by: { $0.key < $1.key }) { try clear(folder, keeping: path) }

        let checkpoint = Checkpoint(origin: newest.origin, size: edge.size, root: edge.root)
        try sign(checkpoint)
        newest = checkpoint
    }

    private func clear(_ folder: String, keeping path: TilePath?) throws(AssayError) {
        let names = try files.names(in: folder)
        let stale = names.filter { path == nil || $0 != "\(path?.width ?? 0)" }
        for name in stale { try files.remove(folder + "/" + name) }
        if path == nil {
            if names.isEmpty { return }
            try files.remove(folder)
            try files.syncFolder(LedgerPath.parent(of: folder))
        } else if !stale.isEmpty {
            try files.syncFolder(folder)
        }
    }

    private func sign(_ checkpoint: Checkpoint) throws(AssayError) {
        let note = try checkpoint.signed(with: key).bytes
        try files.append(note, to: Self.listName)
        try files.syncFolder("")
        try files.replace(Self.headName, with: note)
    }

    /// The list's whole notes, after cutting off what an interrupted write left behind them.
    private static func wholeList(_ files: any LedgerFiles) throws(AssayError) -> [[UInt8]] {
        guard let bytes = try files.read(listName) else { return [] }
        let (notes, wholeLength) = CheckpointList.notes(in: bytes)
        if wholeLength < bytes.count { try files.truncate(listName, to: wholeLength) }
        return notes
    }
}
