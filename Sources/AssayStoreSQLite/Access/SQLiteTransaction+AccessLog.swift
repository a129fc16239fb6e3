import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func openAccessRecords(after ordinal: Int64, byteLimit: Int) throws -> [OpenAccessRecord] {
        var records: [OpenAccessRecord] = []
        var bytes = 0
        let rows = try Row.fetchCursor(
            database, sql: "SELECT ordinal, time, sealed FROM accessRecord WHERE ordinal > ? ORDER BY ordinal",
            arguments: [ordinal])
        while bytes < byteLimit, let row = try rows.next() {
            let sealed: Data = row[2]
            bytes += sealed.count
            records.append(OpenAccessRecord(ordinal: row[0], milliseconds: row[1], sealed: Array(sealed)))
        }
        return records
    }

    func openAccessState() throws -> (count: Int, bytes: Int, oldestMilliseconds: Int64?) {
        let row = try Row.fetchOne(
            database, sql: "SELECT count(*), coalesce(sum(length(sealed)), 0), min(time) FROM accessRecord")
        guard let row else { return (0, 0, nil) }
        return (row[0], row[1], row[2])
    }

    func lastAccessSegment() throws -> AccessSegment? {
        try segments("ORDER BY number DESC LIMIT 1", []).first
    }

    func accessSegment(_ number: Int64) throws -> AccessSegment? {
        try segments("WHERE number = ?", [number], withBytes: true).first
    }

    func accessSegments(from first: Int64, through last: Int64) throws -> [AccessSegment] {
        try segments("WHERE lastTime >= ? AND firstTime <= ? ORDER BY number DESC", [first, last])
    }

    func accessSegments(endedBefore milliseconds: Int64) throws -> [Int64] {
        try Int64.fetchAll(
            database, sql: "SELECT number FROM accessSegment WHERE sealed IS NOT NULL AND lastTime < ? ORDER BY number",
            arguments: [milliseconds])
    }

    func insertAccessRecord(atMilliseconds time: Int64, sealed: [UInt8]) throws {
        let insert = try database.cachedStatement(sql: "INSERT INTO accessRecord (time, sealed) VALUES (?, ?)")
        try insert.execute(arguments: [time, Data(sealed)])
    }

    func insertAccessSegment(_ segment: AccessSegment, replacingThrough ordinal: Int64) throws {
        try database.execute(
            sql: """
                INSERT INTO accessSegment (number, recordCount, firstTime, lastTime, previous, digest, sealed)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                segment.number, segment.recordCount, segment.firstMilliseconds, segment.lastMilliseconds,
                Data(segment.previous.bytes), Data(segment.digest.bytes), segment.sealed.map { Data($0) },
            ])
        try database.execute(sql: "DELETE FROM accessRecord WHERE ordinal <= ?", arguments: [ordinal])
    }

    func eraseAccessSegment(_ number: Int64) throws {
        try database.execute(sql: "UPDATE accessSegment SET sealed = NULL WHERE number = ?", arguments: [number])
    }

    private func segments(
        _ condition: String, _ values: [any DatabaseValueConvertible], withBytes: Bool = false
    ) throws -> [AccessSegment] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT number, recordCount, firstTime, lastTime, previous, digest, \(withBytes ? "sealed" : "NULL")
                FROM accessSegment \(condition)
                """, arguments: StatementArguments(values)
        ).map { row in
            let (previous, digest, sealed): (Data, Data, Data?) = (row[4], row[5], row[6])
            guard let previous = SHA256Digest(bytes: Array(previous)), let digest = SHA256Digest(bytes: Array(digest)) else {
                throw AssayError(.corrupt, "A segment of the access log has no whole digest. Run `assay audit verify`.")
            }
            return AccessSegment(
                number: row[0], recordCount: row[1], firstMilliseconds: row[2], lastMilliseconds: row[3], previous: previous,
                digest: digest, sealed: sealed.map { Array($0) })
        }
    }
}
