import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func role(_ role: Role) throws -> RoleDefinition? {
        let find = try database.cachedStatement(sql: "SELECT name, title FROM role WHERE name = ?")
        return try Row.fetchOne(find, arguments: [role.rawValue]).map { try definition($0) }
    }

    func roles() throws -> [RoleDefinition] {
        try Row.fetchAll(database, sql: "SELECT name, title FROM role ORDER BY name").map { try definition($0) }
    }

    func putRole(_ definition: RoleDefinition, at time: Int64) throws {
        let name = definition.role.rawValue
        try database.execute(
            sql: """
                INSERT INTO role (name, title, changeTime) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET title = excluded.title, changeTime = excluded.changeTime
                """, arguments: [name, definition.title, time])
        try database.execute(sql: "DELETE FROM roleGrant WHERE role = ?", arguments: [name])
        for grant in definition.grants {
            try database.execute(
                sql: "INSERT INTO roleGrant (role, effect, verbs, resource) VALUES (?, ?, ?, ?)",
                arguments: [
                    name, grant.effect.rawValue, grant.verbs.map(\.rawValue).joined(separator: ","), grant.resource.text,
                ])
        }
    }

    func deleteRole(_ role: Role) throws {
        let holders = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM userRole WHERE role = ?", arguments: [role.rawValue]) ?? 0
        guard holders == 0 else {
            throw AssayError(.conflict, "\(holders) hold the role '\(role.rawValue)'. Unbind it from them first.")
        }
        try database.execute(sql: "DELETE FROM role WHERE name = ?", arguments: [role.rawValue])
    }

    private func definition(_ row: Row) throws -> RoleDefinition {
        let name: String = row[0]
        let corrupt = AssayError(.corrupt, "The database holds a role '\(name)' that cannot be read. Run `assay doctor`.")
        guard let role = Role(rawValue: name) else { throw corrupt }
        let find = try database.cachedStatement(sql: "SELECT effect, verbs, resource FROM roleGrant WHERE role = ?")
        let grants = try Row.fetchAll(find, arguments: [name]).map { row in
            let verbs = (row[1] as String).split(separator: ",").map { Permission(rawValue: String($0)) }
            guard let effect = Grant.Effect(rawValue: row[0]), let resource = try? Resource(row[2] as Text),
                !verbs.contains(nil), !verbs.isEmpty
            else { throw corrupt }
            return Grant(effect, verbs.compactMap { $0 }, on: resource)
        }
        return RoleDefinition(role, title: row[1], grants)
    }
}
