import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func ledgerEntry(id: String) throws -> LedgerEntryRecord? {
        try ledgerEntries(sql: "SELECT * FROM ledgerEntry WHERE id = ?", [id]).first
    }

    func ledgerEntry(index: Int64) throws -> LedgerEntryRecord? {
        try ledgerEntries(sql: "SELECT * FROM ledgerEntry WHERE logIndex = ?", [index]).first
    }

    func sequencedCount() throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT coalesce(max(logIndex) + 1, 0) FROM ledgerEntry") ?? 0
    }

    func unsequencedEntries(limit: Int) throws -> [LedgerEntryRecord] {
        try ledgerEntries(sql: "SELECT * FROM ledgerEntry WHERE logIndex IS NULL ORDER BY ordinal LIMIT ?", [limit])
    }

    func ledgerLeaves(_ range: Range<Int64>) throws -> [[UInt8]] {
        try Data.fetchAll(
            database,
            sql: "SELECT leaf FROM ledgerEntry WHERE logIndex >= ? AND logIndex < ? ORDER BY logIndex",
            arguments: [range.lowerBound, range.upperBound]
        ).map { Array($0) }
    }

    func ledgerEntries(about topics: [String], after: Int64, limit: Int) throws -> [LedgerEntryRecord] {
        guard !topics.isEmpty else { return [] }
        let marks = Array(repeating: "?", count: topics.count).joined(separator: ", ")
        return try ledgerEntries(
            sql: """
                SELECT * FROM ledgerEntry WHERE ordinal IN (
                    SELECT DISTINCT ordinal FROM ledgerTopic WHERE topic IN (\(marks)) AND ordinal > ?
                    ORDER BY ordinal LIMIT ?)
                ORDER BY ordinal
                """, StatementArguments(topics.map { Text($0) }) + [after, limit])
    }

    func newestOrdinal(about topic: String) throws -> Int64 {
        try Int64.fetchOne(
            database, sql: "SELECT coalesce(max(ordinal), 0) FROM ledgerTopic WHERE topic = ?", arguments: [Text(topic)]) ?? 0
    }

    func newestLedgerEntry(about topic: String, kind: String) throws -> LedgerEntryRecord? {
        try ledgerEntries(
            sql: """
                SELECT ledgerEntry.* FROM ledgerTopic JOIN ledgerEntry ON ledgerEntry.ordinal = ledgerTopic.ordinal
                WHERE ledgerTopic.topic = ? AND ledgerEntry.kind = ?
                ORDER BY ledgerTopic.ordinal DESC LIMIT 1
                """, [topic, kind]
        ).first
    }

    func ledgerEntries(after: Int64, limit: Int) throws -> [LedgerEntryRecord] {
        try ledgerEntries(
            sql: "SELECT * FROM ledgerEntry WHERE ordinal > ? ORDER BY ordinal LIMIT ?", [after, limit])
    }

    /// Entries with an index of `index` or more, in the order of the log.
    func sequencedEntries(from index: Int64, limit: Int) throws -> [LedgerEntryRecord] {
        try ledgerEntries(
            sql: "SELECT * FROM ledgerEntry WHERE logIndex >= ? ORDER BY logIndex LIMIT ?", [index, limit])
    }

    func decidingEntries(after: Int64, limit: Int) throws -> [LedgerEntryRecord] {
        // The kind stands in the text, as it stands in the index that leaves such entries out.
        try ledgerEntries(
            sql: "SELECT * FROM ledgerEntry WHERE kind <> '\(LedgerKind.runSeal)' AND ordinal > ? ORDER BY ordinal LIMIT ?",
            [after, limit])
    }

    func firstOrdinal(recordedAfter milliseconds: Int64) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT min(ordinal) FROM ledgerEntry WHERE recordedTime > ?", arguments: [milliseconds])
    }

    func missingEntryCount() throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT coalesce(max(logIndex) + 1, 0) - count(logIndex) FROM ledgerEntry") ?? 0
    }

    func appendLedgerEntry(_ entry: LedgerEntryRecord) throws {
        guard try ledgerEntry(id: entry.id) == nil else {
            throw AssayError(.alreadyExists, "The ledger has an entry \(entry.id) already.")
        }
        try database.execute(
            sql: """
                INSERT INTO ledgerEntry (id, kind, recordedTime, leaf, payload, domain) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.id, entry.kind, entry.recordedMilliseconds, Data(entry.leaf), entry.sealedPayload.map { Data($0) },
                Text(entry.domain),
            ])
        let ordinal = database.lastInsertedRowID
        for topic in entry.topics {
            try database.execute(
                sql: "INSERT INTO ledgerTopic (topic, ordinal) VALUES (?, ?)", arguments: [Text(topic), ordinal])
        }
    }

    func assignLedgerIndexes(toOrdinals ordinals: [Int64]) throws -> Int64 {
        let first = try sequencedCount()
        let next = try Int64.fetchAll(
            database, sql: "SELECT ordinal FROM ledgerEntry WHERE logIndex IS NULL ORDER BY ordinal LIMIT ?",
            arguments: [ordinals.count])
        guard next == ordinals else {
            throw AssayError(.conflict, "The entries to be sequenced are not the oldest ones without an index.")
        }
        for (offset, ordinal) in ordinals.enumerated() {
            try database.execute(
                sql: "UPDATE ledgerEntry SET logIndex = ? WHERE ordinal = ?",
                arguments: [first + Int64(offset), ordinal])
        }
        return first
    }

    func eraseLedgerPayload(id: String) throws {
        // What stood in its place is overwritten, not only given up.
        try database.execute(sql: "PRAGMA secure_delete = ON")
        defer { try? database.execute(sql: "PRAGMA secure_delete = OFF") }
        try database.execute(sql: "UPDATE ledgerEntry SET payload = NULL WHERE id = ?", arguments: [id])
    }

    private func ledgerEntries(sql: String, _ arguments: StatementArguments) throws -> [LedgerEntryRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            let ordinal: Int64 = row["ordinal"]
            return LedgerEntryRecord(
                id: row["id"], kind: row["kind"], recordedMilliseconds: row["recordedTime"],
                leaf: Array(row["leaf"] as Data), sealedPayload: (row["payload"] as Data?).map { Array($0) },
                domain: row["domain"],
                topics: try String.fetchAll(
                    database, sql: "SELECT topic FROM ledgerTopic WHERE ordinal = ?", arguments: [ordinal]),
                ordinal: ordinal, index: row["logIndex"])
        }
    }
}
