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
    private let formerKeys: [NoteVerificationKey]
    private let source: any LedgerSource
    private var publisher: (TreePublisher)?
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter formerKeys: those that `key` took the place of.
    package init(
        files: any LedgerFiles, key: NoteSigningKey, formerKeys: [NoteVerificationKey] = [], source: any LedgerSource
    ) {
        self.files = files
        self.key = key
        self.formerKeys = formerKeys
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
    package func checkpoint() throws(AssayError) -> SignedNote? { try published.checkpoint() }

    /// A published file by its name; see ``PublishedLog/resource(_:)``.
    package func resource(_ path: String) throws(AssayError) -> [UInt8]? { try published.resource(path) }

    /// A proof that the entry at `index` is in the newest published tree; see ``PublishedLog/proof(index:)``.
    package func proof(index: UInt64) throws(AssayError) -> TlogProof { try published.proof(index: index) }

    /// A proof that the newest tree begins with that of `oldSize`; see ``PublishedLog/consistency(from:)``.
    package func consistency(from oldSize: UInt64) throws(AssayError) -> (path: [SHA256Digest], checkpoint: SignedNote)
    {
        try published.consistency(from: oldSize)
    }

    private var published: PublishedLog { PublishedLog(files: files) }

    /// The publisher, opened and compared with the database if it is not there yet.
    private func opened() async throws -> TreePublisher {
        if let publisher { return publisher }
        let opened = try TreePublisher(files: files, key: key, formerKeys: formerKeys)
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
