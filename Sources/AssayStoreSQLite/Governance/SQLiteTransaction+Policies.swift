import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func policies() throws -> [PublishedPolicy] {
        try policies(sql: "SELECT * FROM policy ORDER BY sequence", [])
    }

    func policy(name: Text, version: Text) throws -> PublishedPolicy? {
        try policies(sql: "SELECT * FROM policy WHERE name = ? AND version = ?", [name, version]).first
    }

    func policiesInForce() throws -> [PublishedPolicy] {
        try policies(
            sql: "SELECT * FROM policy WHERE sequence IN (SELECT max(sequence) FROM policy GROUP BY name) ORDER BY name", [])
    }

    @discardableResult
    func insertPolicy(_ policy: PublishedPolicy) throws -> PublishedPolicy {
        guard try self.policy(name: policy.name, version: policy.version) == nil else {
            throw AssayError(
                .alreadyExists,
                "The policy \(policy.name) \(policy.version) is published already and never changes. Publish another version.")
        }
        try database.execute(
            sql: """
                INSERT INTO policy (name, version, digest, source, canonical, publishedTime, publisherId, publisherName)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                policy.name, policy.version, Data(policy.digest.bytes), Data(policy.source),
                Data(policy.canonical), policy.publishedMilliseconds, policy.publisherID, policy.publisherName,
            ])
        var kept = policy
        kept.sequence = database.lastInsertedRowID
        return kept
    }

    private func policies(sql: String, _ arguments: StatementArguments) throws -> [PublishedPolicy] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            PublishedPolicy(
                sequence: row["sequence"], name: Text(row["name"]), version: Text(row["version"]),
                digest: try row.digest("digest"), source: row.bytes("source"), canonical: row.bytes("canonical"),
                publishedMilliseconds: row["publishedTime"], publisherID: row["publisherId"],
                publisherName: Text(row["publisherName"]))
        }
    }
}

extension Row {
    func bytes(_ column: String) -> [UInt8] { Array(self[column] as Data) }

    /// - Throws: `corrupt` unless the column holds 32 bytes.
    func digest(_ column: String) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: bytes(column)) else {
            throw AssayError(.corrupt, "A stored digest has not 32 bytes (column \(column)).")
        }
        return digest
    }

    /// - Throws: `corrupt` for a word this version does not know.
    func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: self[column]) else {
            throw AssayError(.corrupt, "A stored word is not known (column \(column)).")
        }
        return word
    }
}
