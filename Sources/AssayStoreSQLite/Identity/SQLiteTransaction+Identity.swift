import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func hasUsers() throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM user)") ?? false
    }

    func user(id: String) throws -> UserRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM user WHERE id = ?", arguments: [id])
            .map(userRecord)
    }

    func user(named name: Text) throws -> UserRecord? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM user WHERE name = ?", arguments: [name]
        ).map(userRecord)
    }

    func users() throws -> [UserRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM user ORDER BY name").map(userRecord)
    }

    func userNames() throws -> [Text] {
        try String.fetchAll(database, sql: "SELECT name FROM user").map { Text($0) }
    }

    func insertUser(_ user: UserRecord) throws {
        guard try self.user(named: user.name) == nil else {
            throw AssayError(.alreadyExists, "A user named '\(user.name)' exists already.")
        }
        try database.execute(
            sql: "INSERT INTO user (id, name, creationTime, kind, disabledTime) VALUES (?, ?, ?, ?, ?)",
            arguments: [user.id, user.name, user.createdMilliseconds, user.kind.rawValue, user.disabledMilliseconds])
        try insertRoles(user.roles, ofUser: user.id)
    }

    func setRoles(_ roles: [Role], ofUser userID: String) throws {
        guard try user(id: userID) != nil else { throw AssayError(.notFound, "No user with id \(userID).") }
        try database.execute(sql: "DELETE FROM userRole WHERE userID = ?", arguments: [userID])
        try insertRoles(Set(roles).sorted(), ofUser: userID)
    }

    func renameUser(id: String, to name: Text) throws {
        if let other = try user(named: name), other.id != id {
            throw AssayError(.alreadyExists, "A user named '\(name)' exists already.")
        }
        try database.execute(sql: "UPDATE user SET name = ? WHERE id = ?", arguments: [name, id])
        guard database.changesCount == 1 else { throw AssayError(.notFound, "No user with id \(id).") }
    }

    func token(id: String) throws -> TokenRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM token WHERE id = ?", arguments: [id]).map(tokenRecord)
    }

    func tokens(ofUser userID: String?) throws -> [TokenRecord] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM token WHERE ?1 IS NULL OR userID = ?1 ORDER BY creationTime, id", arguments: [userID]
        ).map(tokenRecord)
    }

    func insertToken(_ token: TokenRecord) throws {
        guard try user(id: token.userID) != nil else {
            throw AssayError(.notFound, "No user with id \(token.userID).")
        }
        try database.execute(
            sql: """
                INSERT INTO token
                    (id, userID, digest, label, creationTime, expiryTime, revocationTime, verbs, loginTime, useTime, madeByAnother)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                token.id, token.userID, Data(token.digest.bytes), token.label, token.createdMilliseconds,
                token.expiresMilliseconds, token.revokedMilliseconds, token.verbs.map(Permission.list), token.loginMilliseconds,
                token.usedMilliseconds, token.isMadeByAnother,
            ])
    }

    func revokeToken(id: String, atMilliseconds now: Int64) throws {
        guard try token(id: id) != nil else { throw AssayError(.notFound, "No token with id \(id).") }
        try database.execute(
            sql: "UPDATE token SET revocationTime = ? WHERE id = ? AND revocationTime IS NULL", arguments: [now, id])
    }

    private func insertRoles(_ roles: [Role], ofUser userID: String) throws {
        for role in roles {
            try database.execute(
                sql: "INSERT INTO userRole (userID, role) VALUES (?, ?)", arguments: [userID, role.rawValue])
        }
    }

    private func userRecord(_ row: Row) throws -> UserRecord {
        let id: String = row["id"]
        guard let kind = UserRecord.Kind(rawValue: row["kind"]) else {
            throw AssayError(.corrupt, "The database says of user \(id) what this version does not know.")
        }
        let names = try String.fetchAll(
            database.cachedStatement(sql: "SELECT role FROM userRole WHERE userID = ?"), arguments: [id])
        var grants: [Grant] = []
        let roles = try names.map { name in
            guard let role = Role(rawValue: name) else {
                throw AssayError(.corrupt, "The database gives user \(id) a role that is no role's name.")
            }
            if RoleDefinition.shipped(role) == nil {
                guard let definition = try self.role(role) else {
                    throw AssayError(.corrupt, "The database gives user \(id) the role '\(role.rawValue)', which it does not have.")
                }
                grants += definition.grants
            }
            return role
        }
        return UserRecord(
            id: id, name: Text(row["name"] as String), kind: kind, roles: roles, createdMilliseconds: row["creationTime"],
            disabledMilliseconds: row["disabledTime"], grants: grants, hasShares: try hasShares(userID: id))
    }

    private func tokenRecord(_ row: Row) throws -> TokenRecord {
        let id: String = row["id"]
        guard let digest = SHA256Digest(bytes: Array(row["digest"] as Data)) else {
            throw AssayError(.corrupt, "The database holds a digest of the wrong length for token \(id).")
        }
        return TokenRecord(
            id: id, userID: row["userID"], digest: digest, label: Text(row["label"] as String),
            createdMilliseconds: row["creationTime"], expiresMilliseconds: row["expiryTime"],
            revokedMilliseconds: row["revocationTime"], verbs: try (row["verbs"] as String?).map { try verbs($0, ofToken: id) },
            loginMilliseconds: row["loginTime"], usedMilliseconds: row["useTime"],
            isMadeByAnother: row["madeByAnother"])
    }

    /// A word that is not known is no permission: a token that is restricted by one is not to be used at all.
    private func verbs(_ text: String, ofToken id: String) throws -> Set<Permission> {
        Set(
            try text.split(separator: " ").map { word in
                guard let verb = Permission(rawValue: String(word)) else {
                    throw AssayError(.corrupt, "The database restricts token \(id) to what this version does not know.")
                }
                return verb
            })
    }
}
