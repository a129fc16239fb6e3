package import AssayStore
package import AssayTerms
import Foundation
import GRDB

/// Wrapped data keys in `keys.db`, apart from the records, so that a copy of one is worth nothing without the other.
/// `secure_delete` overwrites what is removed.
package final class SQLiteKeyStore: WrappedKeyStore {
    private let queue: DatabaseQueue

    package init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            var migrator = DatabaseMigrator()
            migrator.registerMigration("1 wrapped keys") { database in
                try database.execute(
                    sql: """
                        CREATE TABLE wrapped_key (
                            id BLOB PRIMARY KEY NOT NULL,
                            domain TEXT NOT NULL UNIQUE,
                            wrapped BLOB NOT NULL
                        ) STRICT
                        """)
            }
            migrator.registerMigration("2 master check") { database in
                try database.execute(
                    sql: """
                        CREATE TABLE master (
                            only_row INTEGER PRIMARY KEY NOT NULL CHECK (only_row = 1),
                            check_value BLOB NOT NULL
                        ) STRICT
                        """)
            }
            if try queue.read({ try migrator.hasBeenSuperseded($0) }) {
                throw AssayError(.unavailable, "\(path) was written by a newer version of assay. Start the newer version.")
            }
            try migrator.migrate(queue)
        } catch let error as AssayError {
            throw error
        } catch {
            throw AssayError(.unavailable, "\(path) cannot be opened as the key database.", cause: error)
        }
    }

    package func key(domain: Text) throws -> WrappedKey? {
        try queue.read { try Self.fetch($0, "domain = ?", [domain]) }
    }

    package func key(id: [UInt8]) throws -> WrappedKey? {
        try queue.read { try Self.fetch($0, "id = ?", [Data(id)]) }
    }

    package func insert(_ key: WrappedKey) throws -> WrappedKey {
        try queue.write { database in
            try database.execute(
                sql: "INSERT INTO wrapped_key (id, domain, wrapped) VALUES (?, ?, ?) ON CONFLICT (domain) DO NOTHING",
                arguments: [Data(key.id), key.domain, Data(key.wrapped)])
            return try Self.fetch(database, "domain = ?", [key.domain]) ?? key
        }
    }

    package func destroy(domain: Text) throws {
        try queue.write { try $0.execute(sql: "DELETE FROM wrapped_key WHERE domain = ?", arguments: [domain]) }
    }

    package func masterCheck() throws -> [UInt8]? {
        try queue.read { try Data.fetchOne($0, sql: "SELECT check_value FROM master") }.map(Array.init)
    }

    package func setMasterCheck(_ check: [UInt8]) throws {
        try queue.write { try Self.set($0, check) }
    }

    package func forEachKey(_ visit: (WrappedKey) throws -> Void) throws -> Int {
        try queue.read { database in
            let rows = try Row.fetchCursor(database, sql: "SELECT id, domain, wrapped FROM wrapped_key ORDER BY id")
            var count = 0
            while let row = try rows.next() {
                try visit(Self.key(row))
                count += 1
            }
            return count
        }
    }

    package func rewrap(check: [UInt8], _ wrap: (WrappedKey) throws -> [UInt8]) throws -> Int {
        try queue.write { database in
            let ids = try Data.fetchAll(database, sql: "SELECT id FROM wrapped_key ORDER BY id")
            let update = try database.makeStatement(sql: "UPDATE wrapped_key SET wrapped = ? WHERE id = ?")
            for id in ids {
                guard let kept = try Self.fetch(database, "id = ?", [id]) else { continue }
                try update.execute(arguments: [Data(try wrap(kept)), id])
            }
            try Self.set(database, check)
            return ids.count
        }
    }

    private static func set(_ database: Database, _ check: [UInt8]) throws {
        try database.execute(
            sql: "INSERT INTO master (only_row, check_value) VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET check_value = excluded.check_value",
            arguments: [Data(check)])
    }

    private static func fetch(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws -> WrappedKey? {
        try Row.fetchOne(database, sql: "SELECT id, domain, wrapped FROM wrapped_key WHERE \(condition)", arguments: arguments)
            .map(key)
    }

    private static func key(_ row: Row) -> WrappedKey {
        let (id, domain, wrapped): (Data, String, Data) = (row["id"], row["domain"], row["wrapped"])
        return WrappedKey(id: Array(id), domain: Text(domain), wrapped: Array(wrapped))
    }
}
