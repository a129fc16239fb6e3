import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func file(_ owner: FileOwner, path: Text) throws -> FileRecord? {
        guard try sees(owner) else { return nil }
        let statement = try database.cachedStatement(
            sql: "SELECT path, blob, size, digest, writtenBy FROM file WHERE ownerKind = ? AND owner = ? AND path = ?")
        guard let row = try Row.fetchOne(statement, arguments: [owner.kind.rawValue, owner.id, path]) else { return nil }
        try requireReadable(path, of: owner)
        return try fileRecord(row)
    }

    func files(_ owner: FileOwner, below folder: Text?) throws -> [FileRecord] {
        guard try sees(owner) else { return [] }
        guard let folder else {
            let statement = try database.cachedStatement(
                sql: "SELECT path, blob, size, digest, writtenBy FROM file WHERE ownerKind = ? AND owner = ? ORDER BY path")
            return try Row.fetchAll(statement, arguments: [owner.kind.rawValue, owner.id]).map { try fileRecord($0) }
        }
        // '0' follows '/' in ASCII, so the range holds exactly what begins with "folder/".
        let statement = try database.cachedStatement(
            sql: """
                SELECT path, blob, size, digest, writtenBy FROM file
                WHERE ownerKind = ? AND owner = ? AND (path = ? OR (path > ? AND path < ?))
                ORDER BY path
                """)
        return try Row.fetchAll(
            statement,
            arguments: [owner.kind.rawValue, owner.id, folder, Text(folder.string + "/"), Text(folder.string + "0")]
        ).map { try fileRecord($0) }
    }

    func putFile(_ record: FileRecord, of owner: FileOwner) throws -> [BlobID] {
        try refuseFrozen(owner)
        try refuseFolderClash(record.path, of: owner)
        note(TouchedObject(file: record.path, of: owner))
        if let dataset = Dataset.name(ofFileAt: record.path) { note(TouchedObject(.dataset, dataset)) }
        let old = try file(owner, path: record.path)
        try insert(record, of: owner)
        try markForSeal(owner)
        return try unmentioned([old?.blob].compactMap { $0 })
    }

    func mentioned(_ blobs: [BlobID]) throws -> Set<BlobID> {
        let statement = try database.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM file WHERE blob = ?1) OR EXISTS (SELECT 1 FROM uploadPart WHERE blob = ?1)
                    OR EXISTS (SELECT 1 FROM predictionSegment WHERE blob = ?1)
                """)
        return Set(try blobs.filter { try Bool.fetchOne(statement, arguments: [$0.hex]) ?? false })
    }

    func removeFiles(of owner: FileOwner, at path: Text?) throws -> [BlobID] {
        try refuseFrozen(owner)
        let removed = try files(owner, below: path)
        for record in removed { note(TouchedObject(file: record.path, of: owner)) }
        let statement = try database.cachedStatement(
            sql: "DELETE FROM file WHERE ownerKind = ? AND owner = ? AND path = ?")
        for record in removed { try statement.execute(arguments: [owner.kind.rawValue, owner.id, record.path]) }
        try markForSeal(owner)
        return try unmentioned(removed.compactMap(\.blob))
    }

    func copyFiles(from source: FileOwner, below folder: Text?, to target: FileOwner) throws -> [FileRecord] {
        guard try files(target, below: nil).isEmpty else {
            throw AssayError(.conflict, "The file list of \(target.kind.rawValue) \(target.id) is written already.")
        }
        let prefixCount = folder.map { $0.utf8Count + 1 } ?? 0
        var copied: [FileRecord] = []
        for record in try files(source, below: folder) where record.path.utf8Count > prefixCount {
            // Where the path changes, so would the data set that the file belongs to.
            if prefixCount > 0 { try requireReadable(record.path, of: source) }
            let path = Text(String(Substring(record.path.utf8.dropFirst(prefixCount))))
            let copy = FileRecord(
                path: path, blob: record.blob, size: record.size, digest: record.digest, writtenBy: record.writtenBy)
            try insert(copy, of: target)
            copied.append(copy)
        }
        return copied
    }

    func insert(_ record: FileRecord, of owner: FileOwner) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO file (ownerKind, owner, path, blob, size, digest, writtenBy) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    blob = excluded.blob, size = excluded.size, digest = excluded.digest, writtenBy = excluded.writtenBy
                """)
        try statement.execute(
            arguments: [
                owner.kind.rawValue, owner.id, record.path, record.blob?.hex, record.size, Data(record.digest.bytes),
                record.writtenBy,
            ])
    }

    private func refuseFrozen(_ owner: FileOwner) throws {
        if owner.kind.isFrozen {
            throw AssayError(
                .permissionDenied,
                "The files of a registered model version are frozen and cannot be changed. Log a new model and register it as a new version.")
        }
    }

    /// A path cannot be a file and a folder at once.
    private func refuseFolderClash(_ path: Text, of owner: FileOwner) throws {
        if try files(owner, below: path).contains(where: { $0.path != path }) {
            throw AssayError(.conflict, "'\(path)' is a folder; a file cannot take its place.")
        }
        var end = path.utf8.startIndex
        while let slash = path.utf8[end...].firstIndex(of: UInt8(ascii: "/")) {
            let folder = Text(String(path.string[..<slash]))
            if try file(owner, path: folder) != nil {
                throw AssayError(.conflict, "'\(folder)' is a file, so nothing can be put below it.")
            }
            end = path.utf8.index(after: slash)
        }
    }

    /// Those of `blobs` that no record mentions any more.
    private func unmentioned(_ blobs: [BlobID]) throws -> [BlobID] {
        let kept = try mentioned(blobs)
        return blobs.filter { !kept.contains($0) }
    }

    private func fileRecord(_ row: Row) throws -> FileRecord {
        let blob: String? = row[1]
        let digest: Data = row[3]
        guard let digest = SHA256Digest(bytes: Array(digest)), blob.map({ BlobID(hex: $0) != nil }) ?? true else {
            throw AssayError(.corrupt, "A file record in the database is not whole. Run `assay doctor`.")
        }
        return FileRecord(path: row[0], blob: blob.flatMap { BlobID(hex: $0) }, size: row[2], digest: digest, writtenBy: row[4])
    }
}
