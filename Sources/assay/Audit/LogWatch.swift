import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayTerms

/// What a watcher of a log has seen, and whether what it sees next extends it.
struct LogWatch {
    /// Two checkpoints of one key of which the newer does not extend the older: the log was rewritten, or shows different
    /// people different things. Both together prove it to anyone.
    struct Fork: Error {
        let reason: String
        let seen: [UInt8]
        let shown: [UInt8]

        func text(format: AnswerFormat) -> String {
            let (seen, shown) = (String(decoding: seen, as: UTF8.self), String(decoding: shown, as: UTF8.self))
            switch format {
            case .json:
                let value: JSONValue = ["fork": .string(reason), "seen": .string(seen), "shown": .string(shown)]
                return String(decoding: value.bytes(), as: UTF8.self)
            case .text:
                return "FORK: \(reason)\nthe checkpoint seen before:\n\(seen)the checkpoint shown now:\n\(shown)keep both; they prove it"
            }
        }
    }

    struct Step {
        var entries: [(index: UInt64, entry: [UInt8])] = []
        /// The key that signs from now on, if the log was handed over to it.
        var nextKey: NoteVerificationKey?
    }

    private let log: LogReader
    private(set) var key: NoteVerificationKey
    private var newest: Checkpoint?
    /// The newest checkpoint seen, as it was signed.
    private(set) var checkpoint: [UInt8]?

    /// Entries of one look; the rest comes with the next.
    private static let mostEntries: UInt64 = 4_096

    init(log: LogReader, key: NoteVerificationKey) {
        self.log = log
        self.key = key
    }

    var size: UInt64? { newest?.size }

    /// Goes on from a checkpoint that was kept. It may be signed by a key that the log was handed over to since.
    ///
    /// - Throws: `unreadable` or `corrupt` if the bytes are no checkpoint by the key, or by one that follows from it.
    mutating func start(from bytes: [UInt8]) async throws {
        let note = try SignedNote(parsing: bytes)
        while !note.isSigned(by: key), let handover = try await KeyHandover.find(after: key, in: log) { key = handover.next }
        newest = try Checkpoint(note: bytes, signedBy: key)
        checkpoint = bytes
    }

    /// Every entry counts as new.
    mutating func startFromNothing() { newest = Checkpoint(origin: key.name, size: 0, root: MerkleHash.empty) }

    /// Looks at the newest checkpoint and what is new in it.
    ///
    /// - Throws: ``Fork``; `corrupt` if the log does not prove what it shows.
    mutating func look() async throws -> Step {
        let bytes = try await log.file("checkpoint")
        if try !SignedNote(parsing: bytes).isSigned(by: key), let handover = try await KeyHandover.find(after: key, in: log) {
            return try await follow(handover)
        }
        let shown = try Checkpoint(note: bytes, signedBy: key)
        guard let seen = newest else {
            (newest, checkpoint) = (shown, bytes)
            return Step()
        }
        func fork(_ reason: String) -> Fork { Fork(reason: reason, seen: checkpoint ?? [], shown: bytes) }
        if shown.size == seen.size {
            guard shown.root == seen.root else { throw fork("two trees of \(seen.size) entries were signed") }
            checkpoint = bytes
            return Step()
        }
        guard shown.size > seen.size else {
            throw fork("the log shrank from \(seen.size) entries to \(shown.size)")
        }
        let (path, head) = try await log.consistency(from: seen.size)
        let proven = try Checkpoint(note: head, signedBy: key)
        guard
            MerkleProof.provesConsistency(
                oldSize: seen.size, oldRoot: seen.root, newSize: proven.size, newRoot: proven.root, path: path)
        else { throw fork("the tree of \(proven.size) entries does not begin with that of \(seen.size)") }
        return try await take(from: seen, to: proven, note: head) {
            AssayError(.corrupt, "the entries from \(seen.size) on are not those of the tree; run `assay audit verify`")
        }
    }

    /// Takes what the former key signed last, and goes on with the next key when all of that was seen.
    private mutating func follow(_ handover: KeyHandover) async throws -> Step {
        let last = handover.last
        guard let seen = newest else {
            // Without anything seen the watch begins at the newest tree, whatever key signed it.
            key = handover.next
            return Step(nextKey: key)
        }
        let seenNote = checkpoint ?? []
        func fork(_ reason: String) -> Fork { Fork(reason: reason, seen: seenNote, shown: handover.note) }
        guard last.size >= seen.size else {
            throw fork("the former key signed \(last.size) entries at last, and more were seen")
        }
        var step = Step()
        if last.size > seen.size {
            step = try await take(from: seen, to: last, note: handover.note) {
                fork("the last tree that the former key signed, of \(last.size) entries, does not begin with that of \(seen.size)")
            }
        } else if last.root != seen.root {
            throw fork("two trees of \(seen.size) entries were signed")
        }
        if newest?.size == last.size {
            key = handover.next
            step.nextKey = key
        }
        return step
    }

    /// The next entries of `tree`, which begins with `seen` if they give its root.
    private mutating func take(
        from seen: Checkpoint, to tree: Checkpoint, note: [UInt8], otherwise error: () -> any Error
    ) async throws -> Step {
        var step = Step()
        let end = min(tree.size, seen.size + Self.mostEntries)
        let entries = try await log.entries(seen.size..<end, size: tree.size)
        let root = try await root(extending: seen, by: entries, within: tree.size)
        guard end < tree.size || root == tree.root else { throw error() }
        for (place, entry) in entries.enumerated() { step.entries.append((seen.size + UInt64(place), entry)) }
        // Entries that are left over come with the next look, which begins at the tree that ends with these and must be the
        // beginning of a signed one again.
        newest = Checkpoint(origin: tree.origin, size: end, root: root)
        if end == tree.size { checkpoint = note }
        return step
    }

    /// The root of the tree that `entries` extend: from the complete subtrees on the edge of the one before, read from its
    /// tiles, which must give that one's own root.
    private func root(
        extending seen: Checkpoint, by entries: [[UInt8]], within size: UInt64
    ) async throws -> SHA256Digest {
        var edge = try await log.edge(of: seen.size, within: size)
        guard edge.root == seen.root else {
            throw AssayError(.corrupt, "the tiles do not give the root of \(seen.size) entries; run `assay audit verify`")
        }
        for entry in entries { edge.append(MerkleHash.leaf(entry)) }
        return edge.root
    }
}
