import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func hasShares(userID: String) throws -> Bool {
        let find = try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM share WHERE userID = ?)")
        return try Bool.fetchOne(find, arguments: [userID]) ?? false
    }

    func share(_ object: SharedObject, userID: String) throws -> ShareLevel? {
        let find = try database.cachedStatement(sql: "SELECT level FROM share WHERE userID = ? AND kind = ? AND object = ?")
        return try String.fetchOne(find, arguments: [userID, object.kind.rawValue, object.id]).map(Self.level)
    }

    func shares(of object: SharedObject) throws -> [(userID: String, level: ShareLevel)] {
        try Row.fetchAll(
            database, sql: "SELECT userID, level FROM share WHERE kind = ? AND object = ? ORDER BY userID",
            arguments: [object.kind.rawValue, object.id]
        ).map { ($0[0], try Self.level($0[1])) }
    }

    func shares(ofUser userID: String) throws -> [(object: SharedObject, level: ShareLevel)] {
        try Row.fetchAll(
            database, sql: "SELECT kind, object, level FROM share WHERE userID = ? ORDER BY kind, object", arguments: [userID]
        ).map { row in
            guard let kind = ShareKind(rawValue: row[0]) else {
                throw AssayError(.corrupt, "The database holds a share of an unknown kind. Run `assay doctor`.")
            }
            return (SharedObject(kind: kind, id: row[1]), try Self.level(row[2]))
        }
    }

    func setShare(_ level: ShareLevel?, of object: SharedObject, userID: String) throws {
        guard let level else {
            return try database.execute(
                sql: "DELETE FROM share WHERE userID = ? AND kind = ? AND object = ?",
                arguments: [userID, object.kind.rawValue, object.id])
        }
        try database.execute(
            sql: """
                INSERT INTO share (userID, kind, object, level) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET level = excluded.level
                """, arguments: [userID, object.kind.rawValue, object.id, level.rawValue])
    }

    private static func level(_ stored: String) throws -> ShareLevel {
        guard let level = ShareLevel(rawValue: stored) else {
            throw AssayError(.corrupt, "The database holds a share of an unknown level. Run `assay doctor`.")
        }
        return level
    }
}
