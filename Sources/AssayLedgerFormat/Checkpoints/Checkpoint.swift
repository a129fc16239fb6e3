package import AssayCanonical
package import AssayTerms

/// A tree head: origin, size and root (c2sp.org/tlog-checkpoint), without extension lines.
package struct Checkpoint: Hashable, Sendable {
    package let origin: String
    package let size: UInt64
    package let root: SHA256Digest

    package init(origin: String, size: UInt64, root: SHA256Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// A new log's name: `assay/` and 16 random bytes in hexadecimal.
    ///
    /// - Precondition: `randomBytes` are 16.
    package static func origin(randomBytes: [UInt8]) -> String {
        precondition(randomBytes.count == 16, "a log's origin has 16 random bytes")
        return "assay/" + Hex.encode(randomBytes)
    }

    package var text: String { "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" }

    /// Reads a checkpoint's text.
    ///
    /// - Throws: `unreadable` saying which line is not as it should be.
    package init(text: String) throws(AssayError) {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        guard lines.count == 4, lines[3].isEmpty else {
            throw AssayError(.unreadable, "a checkpoint of this log has three lines: origin, size and root")
        }
        guard !lines[0].isEmpty else { throw AssayError(.unreadable, "line 1 of a checkpoint, its origin, is empty") }
        guard let size = UInt64(lines[1]), String(size) == lines[1] else {
            throw AssayError(.unreadable, "line 2 of a checkpoint is not a tree's size")
        }
        guard let root = Base64.decode(lines[2]).flatMap(SHA256Digest.init(bytes:)) else {
            throw AssayError(.unreadable, "line 3 of a checkpoint is not a root hash in base 64")
        }
        self.init(origin: lines[0], size: size, root: root)
    }

    /// The checkpoint as a signed note. The key's name is the origin.
    package func signed(with key: NoteSigningKey) throws(AssayError) -> SignedNote {
        try SignedNote(signing: text, with: key)
    }

    /// The checkpoint in `note`, if `key` signed it and carries its origin as name.
    ///
    /// - Throws: `unreadable` for other bytes, `corrupt` for a signature or an origin that is not the key's.
    package init(note: [UInt8], signedBy key: NoteVerificationKey) throws(AssayError) {
        let note = try SignedNote(parsing: note)
        guard note.isSigned(by: key) else {
            throw AssayError(.corrupt, "a checkpoint is not signed by the log's key \(key.name)")
        }
        try self.init(text: note.text)
        guard origin == key.name else {
            throw AssayError(.corrupt, "a checkpoint is of the log \(origin), not of \(key.name)")
        }
    }
}
