package import AssayCanonical
package import AssayTerms
import Glibc

/// Giving a log another signing key, in steps that may each be the last before a crash:
///
/// 1. ``prepare(keysFolder:origin:randomBytes:)`` draws the next key and keeps it aside;
/// 2. the caller records an entry that names it, and publishes it with the key in use;
/// 3. ``complete(keysFolder:files:current:next:)`` writes down the old verification key, lists both for auditors, puts the
///    next key in the old one's place, signs the newest checkpoint with it too, and shows it as `vkey`.
///
/// A crash before 3 leaves the old key in use; the next attempt takes the same next key. A crash in 3 is finished when the
/// log is opened. The old signing key is overwritten by name; what a disk still holds of it is beyond this.
package enum LogKeyRotation {
    static let nextFileName = "log.key.next"
    /// Beside the keys: verification keys that were replaced, oldest first, one a line.
    static let formerFileName = "log.former"
    /// In the ledger's folder: all verification keys, oldest first, one a line.
    static let publicListName = "vkeys"

    /// The next key: the one that an interrupted rotation drew, or a new one.
    ///
    /// - Throws: `unavailable` if others may read it, or files cannot be read or written.
    package static func prepare(
        keysFolder: String, origin: String, randomBytes: (Int) -> [UInt8]
    ) throws(AssayError) -> NoteSigningKey {
        let path = keysFolder + "/" + nextFileName
        if let raw = try Posix.read(path) {
            try LogKey.checkMode(path)
            return try NoteSigningKey(name: origin, key: Ed25519.SigningKey(rawBytes: raw))
        }
        let key = try Ed25519.SigningKey(rawBytes: randomBytes(32))
        try LogKey.create(key, path: path, folder: keysFolder)
        return try NoteSigningKey(name: origin, key: key)
    }

    /// Puts `next` in the place of `current`, whose newest checkpoint covers the entry that names it.
    package static func complete(
        keysFolder: String, files: any LedgerFiles, current: NoteVerificationKey, next: NoteSigningKey
    ) throws(AssayError) {
        var former = try formerKeys(keysFolder: keysFolder)
        if former.last != current {
            former.append(current)
            try Posix.replace(keysFolder + "/" + formerFileName, with: text(former), mode: 0o600)
        }
        try files.replace(publicListName, with: text(former + [next.verificationKey]))
        let path = keysFolder + "/" + LogKey.fileName
        guard rename(keysFolder + "/" + nextFileName, path) == 0 else { throw Posix.failure("rename a file to", path) }
        try Posix.syncFolder(keysFolder)
        try show(next, files: files)
    }

    /// The keys that the log's key took the place of, oldest first.
    ///
    /// - Throws: `corrupt` if the file holds something else.
    package static func formerKeys(keysFolder: String) throws(AssayError) -> [NoteVerificationKey] {
        let path = keysFolder + "/" + formerFileName
        guard let bytes = try Posix.read(path) else { return [] }
        var keys: [NoteVerificationKey] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let key = try? NoteVerificationKey(vkey: String(line)) else {
                throw AssayError(.corrupt, "\(path) holds a line that is no verification key")
            }
            keys.append(key)
        }
        return keys
    }

    /// Finishes a rotation in which `signer` is in place and the folder still shows `known`.
    ///
    /// - Returns: whether there was one; `false` if `signer` simply is not the log's key.
    static func finish(
        keysFolder: String, files: any LedgerFiles, replaced known: NoteVerificationKey, by signer: NoteSigningKey
    ) throws(AssayError) -> Bool {
        guard try formerKeys(keysFolder: keysFolder).last == known,
            try files.read(publicListName)?.suffix(signer.verificationKey.vkey.utf8.count + 1)
                .elementsEqual((signer.verificationKey.vkey + "\n").utf8) == true
        else { return false }
        try show(signer, files: files)
        return true
    }

    private static func show(_ signer: NoteSigningKey, files: any LedgerFiles) throws(AssayError) {
        if let head = try files.read(TreePublisher.headName) {
            let note = try SignedNote(parsing: head)
            try files.replace(TreePublisher.headName, with: note.adding(signatureBy: signer).bytes)
        }
        try files.replace(LogKey.publicFileName, with: Array((signer.verificationKey.vkey + "\n").utf8))
    }

    private static func text(_ keys: [NoteVerificationKey]) -> [UInt8] {
        Array(keys.map { $0.vkey + "\n" }.joined().utf8)
    }
}
