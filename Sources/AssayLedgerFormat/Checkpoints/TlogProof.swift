package import AssayCanonical
package import AssayTerms

/// A proof for one entry that needs no server: c2sp.org/tlog-proof.
///
/// Its extra data, where it has some, is the entry itself, so that one file is all that is needed. Nothing vouches for extra
/// data but the proof: an entry taken from there counts only if the proof is of that entry.
package struct TlogProof: Sendable, Equatable {
    static let header = "c2sp.org/tlog-proof@v1"

    package let index: UInt64
    package let path: [SHA256Digest]
    package let checkpoint: SignedNote
    package var extra: [UInt8]?

    package init(index: UInt64, path: [SHA256Digest], checkpoint: SignedNote, extra: [UInt8]? = nil) {
        self.extra = extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    package var bytes: [UInt8] {
        var text = Self.header + "\n"
        if let extra { text += "extra " + Base64.encode(extra) + "\n" }
        text += "index \(index)\n"
        for hash in path { text += Base64.encode(hash.bytes) + "\n" }
        return Array((text + "\n").utf8) + checkpoint.bytes
    }

    /// Reads a proof.
    ///
    /// - Throws: `unreadable` saying which line is not as it should be.
    package init(parsing bytes: [UInt8]) throws(AssayError) {
        guard bytes.count <= 65_536 else { throw AssayError(.limitExceeded, "a log proof is larger than 64 KiB") }
        guard let parting = bytes.indices.dropLast().first(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
            throw AssayError(.unreadable, "a log proof needs an empty line before its checkpoint")
        }
        var lines = bytes[..<parting].split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        guard lines.popFirst() == Self.header else {
            throw AssayError(.unreadable, "a log proof's first line is not \(Self.header)")
        }
        var extra: [UInt8]?
        if let line = lines.first, line.hasPrefix("extra ") {
            guard let bytes = Base64.decode(line.dropFirst(6)) else {
                throw AssayError(.unreadable, "a log proof's extra data is not in base 64")
            }
            extra = bytes
            lines.removeFirst()
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "), let index = UInt64(line.dropFirst(6)),
            line == "index \(index)"
        else { throw AssayError(.unreadable, "a log proof lacks the line with its entry's index") }
        var path: [SHA256Digest] = []
        for line in lines {
            guard path.count < 64, let hash = Base64.decode(line).flatMap(SHA256Digest.init(bytes:)) else {
                throw AssayError(.unreadable, "a log proof's path is not a list of up to 64 hashes in base 64")
            }
            path.append(hash)
        }
        self.init(
            index: index, path: path, checkpoint: try SignedNote(parsing: Array(bytes[(parting + 2)...])),
            extra: extra)
    }

    /// Whether the proof shows that `entry` stands at ``index`` of the log that `key` signs.
    ///
    /// - Throws: what is wrong with the checkpoint: `unreadable`, or `corrupt` for a foreign signature.
    package func proves(entry: [UInt8], key: NoteVerificationKey) throws(AssayError) -> Bool {
        let checkpoint = try Checkpoint(note: self.checkpoint.bytes, signedBy: key)
        return MerkleProof.provesInclusion(
            of: MerkleHash.leaf(entry), at: index, size: checkpoint.size, root: checkpoint.root, path: path)
    }
}
