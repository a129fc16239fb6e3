import AssayCanonical
import AssayLedgerFormat
import AssayTerms

/// That a log's key was exchanged, as whoever keeps the former key can tell: an entry names both keys, and the last tree that
/// the former key signed holds it.
struct KeyHandover {
    let next: NoteVerificationKey
    /// The largest tree that the former key signed alone, by the list of checkpoints.
    let last: Checkpoint
    let note: [UInt8]

    /// How far before the former key's last tree the entry is looked for. A rotation is recorded on a stopped server and is
    /// among the last entries that the former key signs.
    private static let mostEntries: UInt64 = 4_096

    /// - Returns: `nil` if `vkeys` names no key after `key`: that file vouches for nothing, but says what to look for.
    /// - Throws: `corrupt` if it names one and no entry that `key` signed hands over to it.
    static func find(after key: NoteVerificationKey, in log: LogReader) async throws -> KeyHandover? {
        guard let next = try await successor(of: key, in: log) else { return nil }
        let refusal = AssayError(
            .corrupt,
            "the log names \(next.vkey) as the key after \(key.vkey), and no entry that the former signed hands over to it; run `assay audit verify`")
        let (notes, _) = CheckpointList.notes(in: try await log.file("checkpoints"))
        let signed = try notes.last { try SignedNote(parsing: $0).isSigned(by: key) }
        guard let note = signed else { throw refusal }
        let last = try Checkpoint(note: note, signedBy: key)
        let start = last.size > mostEntries ? last.size - mostEntries : 0
        let entries = try await log.entries(start..<last.size, size: last.size)
        // The entries are those of the signed tree if they lead from what lies before them to its root.
        var edge = try await log.edge(of: start, within: last.size)
        for entry in entries { edge.append(MerkleHash.leaf(entry)) }
        let subjects = [
            LedgerLeaf.Subject(type: "log-key", digest: SHA256Hasher.digest(of: key.key.rawBytes)),
            LedgerLeaf.Subject(type: "next-log-key", digest: SHA256Hasher.digest(of: next.key.rawBytes)),
        ]
        let hands = entries.contains { entry in
            guard let leaf = try? LedgerLeaf(parsing: entry) else { return false }
            return leaf.kind == "log.key-rotated" && leaf.subjects == subjects
        }
        guard edge.root == last.root, hands else { throw refusal }
        return KeyHandover(next: next, last: last, note: note)
    }

    /// The key that stands after `key` in `vkeys`.
    private static func successor(of key: NoteVerificationKey, in log: LogReader) async throws -> NoteVerificationKey? {
        let bytes: [UInt8]
        do {
            bytes = try await log.file("vkeys")
        } catch let error as AssayError where error.code == .notFound {
            return nil
        }
        let keys = try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { try NoteVerificationKey(vkey: String($0)) }
        guard let place = keys.firstIndex(of: key), place + 1 < keys.count, keys[place + 1].name == key.name else { return nil }
        return keys[place + 1]
    }
}
