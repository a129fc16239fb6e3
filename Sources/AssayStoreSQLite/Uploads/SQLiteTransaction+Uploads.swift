import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func upload(_ id: String) throws -> UploadRecord? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, ownerKind, owner, path, partCount, keyDigest, createdBy, touchedTime, isCompleted FROM upload
                WHERE id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        let digest: Data = row[5]
        guard let kind = FileOwner.Kind(rawValue: row[1]), let digest = SHA256Digest(bytes: Array(digest)) else {
            throw Self.damagedUpload
        }
        return UploadRecord(
            id: row[0], owner: FileOwner(kind, id: row[2]), path: row[3], partCount: row[4], keyDigest: digest, createdBy: row[6],
            touchedTime: row[7], isCompleted: row[8])
    }

    func parts(ofUpload id: String) throws -> [UploadPart] {
        let statement = try database.cachedStatement(
            sql: "SELECT part, blob, size, digest FROM uploadPart WHERE upload = ? ORDER BY part")
        return try Row.fetchAll(statement, arguments: [id]).map { row in
            let digest: Data = row[3]
            guard let blob = BlobID(hex: row[1]), let digest = SHA256Digest(bytes: Array(digest)) else { throw Self.damagedUpload }
            return UploadPart(number: row[0], blob: blob, size: row[2], digest: digest)
        }
    }

    func uploads(touchedBefore milliseconds: Int64, limit: Int) throws -> [String] {
        try String.fetchAll(
            database, sql: "SELECT id FROM upload WHERE touchedTime < ? ORDER BY touchedTime LIMIT ?",
            arguments: [milliseconds, limit])
    }

    func insertUpload(_ upload: UploadRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO upload (id, ownerKind, owner, path, partCount, keyDigest, createdBy, touchedTime, isCompleted)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                upload.id, upload.owner.kind.rawValue, upload.owner.id, upload.path, upload.partCount,
                Data(upload.keyDigest.bytes), upload.createdBy, upload.touchedTime, upload.isCompleted,
            ])
    }

    func putPart(_ part: UploadPart, ofUpload id: String, at milliseconds: Int64) throws -> [BlobID] {
        let old = try String.fetchOne(
            database, sql: "SELECT blob FROM uploadPart WHERE upload = ? AND part = ?", arguments: [id, part.number])
        try database.execute(
            sql: """
                INSERT INTO uploadPart (upload, part, blob, size, digest) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET blob = excluded.blob, size = excluded.size, digest = excluded.digest
                """,
            arguments: [id, part.number, part.blob.hex, part.size, Data(part.digest.bytes)])
        try touchUpload(id, at: milliseconds)
        return [old].compactMap { $0.flatMap { BlobID(hex: $0) } }
    }

    func completeUpload(_ id: String, at milliseconds: Int64) throws -> [BlobID] {
        try database.execute(sql: "UPDATE upload SET isCompleted = 1 WHERE id = ?", arguments: [id])
        try touchUpload(id, at: milliseconds)
        return try removeParts(ofUpload: id)
    }

    func removeUpload(_ id: String) throws -> [BlobID] {
        let blobs = try removeParts(ofUpload: id)
        try database.execute(sql: "DELETE FROM upload WHERE id = ?", arguments: [id])
        return blobs
    }

    private func touchUpload(_ id: String, at milliseconds: Int64) throws {
        try database.execute(
            sql: "UPDATE upload SET touchedTime = max(touchedTime, ?) WHERE id = ?", arguments: [milliseconds, id])
    }

    /// The blobs of the parts; nothing else ever mentions them.
    private func removeParts(ofUpload id: String) throws -> [BlobID] {
        let blobs = try parts(ofUpload: id).map(\.blob)
        try database.execute(sql: "DELETE FROM uploadPart WHERE upload = ?", arguments: [id])
        return blobs
    }

    private static let damagedUpload = AssayError(.corrupt, "A record of an upload in the database is not whole. Run `assay doctor`.")
}
