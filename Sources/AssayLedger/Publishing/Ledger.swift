package import AssayCanonical
package import AssayLedgerFormat
package import AssayTerms

/// The log of one data directory: gives recorded entries their places, publishes signed trees, and answers proofs.
///
/// There is one writer per folder, which holding the data directory's lock ensures. File work runs on a thread of its
/// own. What survives a crash: an entry's index, once `assign` returned; a tree, once its checkpoint was renamed into
/// place. Everything between is done again at the next start, with the same bytes.
package actor Ledger {
    /// Leaves of one publication; bounds memory when a large import waits.
    static let batchLimit = 8192

    private let executor = BlockingExecutor(label: "assay.ledger")
    private let files: any LedgerFiles
    private let key: NoteSigningKey
    private let source: any LedgerSource
    private var publisher: (TreePublisher)?
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(files: any LedgerFiles, key: NoteSigningKey, source: any LedgerSource) {
        self.files = files
        self.key = key
        self.source = source
    }

    /// The key that auditors verify with.
    package nonisolated var verificationKey: NoteVerificationKey { key.verificationKey }

    /// Publishes until cancelled: looks for recorded entries every `interval`. A failure is handed to `onFailure` and
    /// tried again after `pause`; nothing is signed meanwhile.
    package func run(
        every interval: Duration = .milliseconds(250), pause: Duration = .seconds(2),
        clock: any Clock<Duration> = ContinuousClock(), onFailure: @Sendable (any Error) -> Void
    ) async {
        while !Task.isCancelled {
            var wait = interval
            do {
                try await publishNow()
            } catch is CancellationError {
                return
            } catch {
                onFailure(error)
                wait = pause
            }
            do { try await clock.sleep(for: wait) } catch { return }
        }
    }

    /// Sequences and publishes everything recorded so far, and answers the newest checkpoint.
    ///
    /// - Throws: `conflict` if the database is behind the log or holds other entries, `corrupt` if the folder is not
    ///   what the newest checkpoint says, `unavailable` for file errors, and what the source throws.
    @discardableResult
    package func publishNow() async throws -> Checkpoint {
        await acquire()
        defer { release() }
        while true {
            let entries = try await source.unsequenced(limit: Self.batchLimit)
            if entries.isEmpty { break }
            try await source.assign(firstIndex: try await source.sequencedCount(), to: entries)
        }
        var publisher = try await opened()
        let count = try await source.sequencedCount()
        while publisher.newest.size < count {
            try Task.checkCancellation()
            let size = publisher.newest.size
            let range = size..<min(count, size + UInt64(Self.batchLimit))
            let leaves = try await source.leaves(in: range)
            guard leaves.count == range.count else {
                throw AssayError(
                    .corrupt, "the database lacks some of the ledger's entries \(range.lowerBound) to \(count - 1)")
            }
            do {
                try publisher.publish(leaves)
            } catch {
                // Its picture of the folder may be wrong now; the next attempt reads the folder again.
                self.publisher = nil
                throw error
            }
            self.publisher = publisher
        }
        return publisher.newest
    }

    /// The newest checkpoint as it is signed; `nil` before the first publication.
    package func checkpoint() throws(AssayError) -> SignedNote? {
        guard let bytes = try files.read(TreePublisher.headName) else { return nil }
        return try SignedNote(parsing: bytes)
    }

    /// A published file: `checkpoint`, `checkpoints`, `vkey`, or a tile or bundle by its C2SP name. A partial tile that
    /// was replaced is cut from its successor, so that a client with an older checkpoint can go on.
    ///
    /// - Returns: `nil` for another name, or a tile there is not.
    package func resource(_ path: String) throws(AssayError) -> [UInt8]? {
        if [TreePublisher.headName, TreePublisher.listName, LogKey.publicFileName].contains(path) { return try files.read(path) }
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

    private func tree(of note: SignedNote) throws(AssayError) -> TiledTree {
        let files = files
        return TiledTree(size: try Checkpoint(text: note.text).size) { (path) throws(AssayError) in
            guard let bytes = try LedgerTiles.read(path, from: files) else {
                throw AssayError(.corrupt, "\(path.text) of the ledger is missing")
            }
            return bytes
        }
    }

    /// The publisher, opened and compared with the database if it is not there yet.
    private func opened() async throws -> TreePublisher {
        if let publisher { return publisher }
        let opened = try TreePublisher(files: files, key: key)
        let count = try await source.sequencedCount()
        guard count >= opened.newest.size else {
            throw AssayError(
                .conflict,
                "the database has \(count) ledger entries, but the log has published \(opened.newest.size): was an "
                    + "older database put back? Nothing is signed")
        }
        let (first, entries) = try opened.newestEntries()
        guard try await source.leaves(in: first..<(first + UInt64(entries.count))) == entries else {
            throw AssayError(
                .conflict,
                "the database's ledger entries from \(first) on are not those the log has published; nothing is signed")
        }
        publisher = opened
        return opened
    }

    /// Publishing awaits the database, so callers queue here in the order they came.
    private func acquire() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func release() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}
