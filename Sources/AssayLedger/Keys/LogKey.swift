package import AssayCanonical
import AssayLedgerFormat
package import AssayTerms
import Glibc

/// The log's signing key: 32 raw bytes in `keys/log.key`, mode 0600. Its name, the log's origin, stands with the
/// public key in the ledger's `vkey`.
package enum LogKey {
    static let fileName = "log.key"
    /// The verification key in the ledger's folder, one line: what `--key` is compared with.
    static let publicFileName = "vkey"

    /// The key of the log in `files`, made together with an origin if there is neither log nor key yet.
    ///
    /// A key without a log makes a new log. The folder is made (mode 0700) if it is missing.
    ///
    /// - Throws: `notFound` if the log's key is gone, `conflict` if the key is not the log's, `unavailable` if
    ///   others may read it, `unavailable` if files cannot be read or written.
    package static func openOrCreate(
        keysFolder: String, files: any LedgerFiles, randomBytes: (Int) -> [UInt8]
    ) throws(AssayError) -> NoteSigningKey {
        let path = keysFolder + "/" + fileName
        let known = try publicKey(in: files)
        if let raw = try Posix.read(path) {
            try checkMode(path)
            let key = try Ed25519.SigningKey(rawBytes: raw)
            let name = known?.name ?? Checkpoint.origin(randomBytes: randomBytes(16))
            let signer = try NoteSigningKey(name: name, key: key)
            if let known, known != signer.verificationKey,
                try LogKeyRotation.finish(keysFolder: keysFolder, files: files, replaced: known, by: signer)
            {
                return signer
            }
            guard known == nil || known == signer.verificationKey else {
                throw AssayError(
                    .conflict,
                    "\(path) is not the key of the log \(name): its public key differs from that in the ledger's "
                        + publicFileName
                )
            }
            try writePublicKey(signer.verificationKey, to: files)
            return signer
        }
        if let known {
            throw AssayError(
                .notFound, "the signing key of the log \(known.name) is missing: put it back at \(path)")
        }
        let key = try Ed25519.SigningKey(rawBytes: randomBytes(32))
        try create(key, path: path, folder: keysFolder)
        let signer = try NoteSigningKey(name: Checkpoint.origin(randomBytes: randomBytes(16)), key: key)
        try writePublicKey(signer.verificationKey, to: files)
        return signer
    }

    /// The verification key the ledger's folder names; `nil` if there is none yet.
    ///
    /// - Throws: `corrupt` if the file holds something else.
    package static func publicKey(in files: any LedgerFiles) throws(AssayError) -> NoteVerificationKey? {
        guard let bytes = try files.read(publicFileName) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.last == 0x0A, let key = try? NoteVerificationKey(vkey: String(text.dropLast())) else {
            throw AssayError(.corrupt, "the ledger's \(publicFileName) is not a verification key")
        }
        return key
    }

    private static func writePublicKey(_ key: NoteVerificationKey, to files: any LedgerFiles) throws(AssayError) {
        guard try files.read(publicFileName) == nil else { return }
        try files.replace(publicFileName, with: Array((key.vkey + "\n").utf8))
    }

    static func create(_ key: Ed25519.SigningKey, path: String, folder: String) throws(AssayError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Posix.failure("make the folder", folder) }
        let incoming = path + ".incoming"
        _ = unlink(incoming)
        try Posix.write(key.rawBytes, to: incoming, flags: O_CREAT | O_EXCL, mode: 0o600)
        guard rename(incoming, path) == 0 else { throw Posix.failure("rename a file to", path) }
        try Posix.syncFolder(folder)
    }

    static func checkMode(_ path: String) throws(AssayError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Posix.failure("look at", path) }
        try SecretFileMode.check(status.st_mode, of: path)
    }
}
