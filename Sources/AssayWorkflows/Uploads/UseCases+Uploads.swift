import AssayCanonical
import AssayStore
package import AssayTerms

/// An upload that was begun, with the key for its parts, which is shown this once.
package struct NewUpload: Sendable {
    package let id: String
    package let key: String
}

/// Files that are sent in parts, over as many connections as one likes and over restarts: begun, sent, completed or aborted.
///
/// Until it is complete an upload shows nowhere. Whoever began it completes it; parts are taken from anybody who shows its
/// key, because clients send them without their credentials.
extension UseCases {
    package static let partCountLimit = 100_000
    /// Uploads nothing has happened to for this long are dropped with what was sent.
    package static let uploadLifeMilliseconds: Int64 = 24 * 3_600 * 1_000

    /// Begins to send a file to `path` in parts numbered from 1 to `partCount`. Nothing at all may be sent, too.
    package func createUpload(_ path: Text, partCount: Int, by principal: Principal) async throws -> NewUpload {
        guard (0...Self.partCountLimit).contains(partCount) else {
            throw AssayError(
                .invalidArgument, "A file is sent in 0 to \(Self.partCountLimit) parts, not \(partCount). Send larger parts.")
        }
        let address = try await store.read { try Self.writable(path, in: $0) }
        let key = Hex.encode(effects.randomBytes(32))
        let upload = UploadRecord(
            id: effects.newID(), owner: address.owner, path: try Self.filePath(address), partCount: partCount,
            keyDigest: SHA256Hasher.digest(of: Array(key.utf8)), createdBy: principal.id, touchedTime: effects.nowMilliseconds())
        try await store.write { try $0.insertUpload(upload) }
        return NewUpload(id: upload.id, key: key)
    }

    /// Keeps one part in the place of what was sent under its number before.
    ///
    /// - Returns: the digest of the part, to be named when the upload is completed.
    /// - Throws: `permissionDenied` unless `key` is that of an upload that waits for parts.
    package func putPart<Chunks: AsyncSequence & Sendable>(
        _ number: Int64, ofUpload id: String, key: String, _ chunks: Chunks, expectedBytes: Int64?
    ) async throws -> SHA256Digest where Chunks.Element == [UInt8] {
        try await store.read { try Self.requireOpen(id, key: key, part: number, in: $0) }
        let effects = effects
        let (digest, replaced) = try await blobs.write(chunks, expectedBytes: expectedBytes) { stored in
            try await store.write { tx in
                try Self.requireOpen(id, key: key, part: number, in: tx)
                let part = UploadPart(number: Int(number), stored: stored)
                return (stored.digest, try tx.putPart(part, ofUpload: id, at: effects.nowMilliseconds()))
            }
        }
        await removeBlobs(replaced)
        return digest
    }

    /// Puts the file together and into its place. Asking again for a completed upload changes nothing.
    ///
    /// - Parameter parts: every part by number, with the digest its sender was told, in order.
    /// - Throws: `notFound` for an unknown upload; `invalidArgument` unless `parts` are exactly those that were announced and
    ///   sent; what putting a file throws.
    package func completeUpload(
        _ id: String, at path: Text, parts: [(number: Int64, tag: String)], by principal: Principal
    ) async throws {
        while true {
            let (upload, stored) = try await store.read { snapshot in
                (try Self.upload(id, at: path, by: principal, in: snapshot), try snapshot.parts(ofUpload: id))
            }
            if upload.isCompleted { return }
            try Self.requireAll(parts, of: upload, stored)
            // Whoever waited looks again: the upload is complete then, or the failure is met anew.
            if try await assemblies.run(id, { try await assemble(upload, stored) }) { return }
        }
    }

    /// Drops an upload with what was sent. An unknown one, or one that is completed, is left as it is.
    package func abortUpload(_ id: String, at path: Text, by principal: Principal) async throws {
        let blobs = try await store.write { tx in
            guard try tx.upload(id) != nil, try !Self.upload(id, at: path, by: principal, in: tx).isCompleted else {
                return [] as [BlobID]
            }
            return try tx.removeUpload(id)
        }
        await removeBlobs(blobs)
    }

    /// Drops uploads nothing has happened to for a day.
    ///
    /// - Returns: how many.
    package func expireUploads() async throws -> Int {
        let limit = effects.nowMilliseconds() - Self.uploadLifeMilliseconds
        var count = 0
        while true {
            let (ids, blobs) = try await store.write { tx in
                let ids = try tx.uploads(touchedBefore: limit, limit: 100)
                return (ids, try ids.flatMap { try tx.removeUpload($0) })
            }
            await removeBlobs(blobs)
            count += ids.count
            if ids.isEmpty { return count }
        }
    }

    // MARK: - Steps

    /// One blob out of many: parts are read one after the other while it is written, so that what reads files needs to know
    /// nothing of parts, and the digest is that of the whole.
    private func assemble(_ upload: UploadRecord, _ parts: [UploadPart]) async throws {
        let effects = effects
        let size = parts.reduce(0) { $0 + $1.size }
        let whole = PartBytes(parts: parts, blobs: blobs)
        let freed = try await writeScanned(whole, to: upload.path, expectedBytes: size) { stored, findings in
            try await store.write { tx in
                try tell(findings, on: upload.owner, tx)
                guard let present = try tx.upload(upload.id), !present.isCompleted, try tx.parts(ofUpload: upload.id) == parts else {
                    throw AssayError(.conflict, "Parts of the upload \(upload.id) came or went while it was completed.")
                }
                let replaced = try tx.putFile(
                    FileRecord(
                        path: upload.path, blob: stored.id, size: stored.size, digest: stored.digest, writtenBy: upload.createdBy),
                    of: upload.owner)
                return try replaced + tx.completeUpload(upload.id, at: effects.nowMilliseconds())
            }
        }
        await removeBlobs(freed)
    }

    private static func requireOpen(_ id: String, key: String, part: Int64, in snapshot: any StoreSnapshot) throws {
        let digest = SHA256Hasher.digest(of: Array(key.utf8))
        guard let upload = try snapshot.upload(id), ConstantTime.equal(upload.keyDigest.bytes, digest.bytes), !upload.isCompleted else {
            throw AssayError(.permissionDenied, "No upload that waits for parts has this id and key. It may be over; begin a new one.")
        }
        guard part >= 1, part <= upload.partCount else {
            throw AssayError(.invalidArgument, "This upload has the parts 1 to \(upload.partCount); there is no part \(part).")
        }
    }

    private static func upload(
        _ id: String, at path: Text, by principal: Principal, in snapshot: any StoreSnapshot
    ) throws -> UploadRecord {
        guard let upload = try snapshot.upload(id) else {
            throw AssayError(.notFound, "No upload has the id '\(id.prefix(64))'. It may have been aborted or have expired; begin a new one.")
        }
        guard upload.createdBy == principal.id else {
            throw AssayError(.permissionDenied, "An upload is completed or aborted by whoever began it.")
        }
        guard try ArtifactAddress.resolve(path, in: snapshot) == ArtifactAddress(owner: upload.owner, path: upload.path) else {
            throw AssayError(.invalidArgument, "The upload \(id) is for another file than '\(path)'.")
        }
        return upload
    }

    private static func requireAll(
        _ named: [(number: Int64, tag: String)], of upload: UploadRecord, _ stored: [UploadPart]
    ) throws(AssayError) {
        guard named.map(\.number) == (0..<upload.partCount).map({ Int64($0) + 1 }) else {
            throw AssayError(.invalidArgument, "The parts of this upload are 1 to \(upload.partCount), each to be named once and in order.")
        }
        for (place, part) in named.enumerated() {
            guard place < stored.count, stored[place].number == part.number else {
                throw AssayError(.invalidArgument, "Part \(part.number) of this upload was not sent.")
            }
            guard part.tag.filter({ $0 != "\"" }) == stored[place].digest.hex else {
                throw AssayError(.invalidArgument, "Part \(part.number) is not the one that was sent last under this number. Send it again.")
            }
        }
    }
}
