import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func metaValue(_ name: String) throws -> String? {
        try String.fetchOne(database, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name])
    }

    func setMetaValue(_ value: String, for name: String) throws {
        try database.execute(
            sql: "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            arguments: [Text(name), Text(value)])
    }
}
