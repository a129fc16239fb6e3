import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    // MARK: - Accounts and passwords

    func password(ofUser userID: String) throws -> PasswordRecord? {
        try Row.fetchOne(database, sql: "SELECT hash, changeTime, madeByAnother FROM password WHERE userID = ?", arguments: [userID]).map {
            PasswordRecord(userID: userID, hash: $0[0], changedMilliseconds: $0[1], isMadeByAnother: $0[2])
        }
    }

    func setPassword(_ password: PasswordRecord) throws {
        try requireUser(password.userID)
        try database.execute(
            sql: "INSERT OR REPLACE INTO password (userID, hash, changeTime, madeByAnother) VALUES (?, ?, ?, ?)",
            arguments: [password.userID, password.hash, password.changedMilliseconds, password.isMadeByAnother])
    }

    func forgetLogin(ofUser userID: String) throws {
        try database.execute(sql: "DELETE FROM password WHERE userID = ?", arguments: [userID])
        try database.execute(sql: "DELETE FROM subject WHERE userID = ?", arguments: [userID])
    }

    func setDisabled(_ milliseconds: Int64?, userID: String) throws {
        try requireUser(userID)
        try database.execute(sql: "UPDATE user SET disabledTime = ? WHERE id = ?", arguments: [milliseconds, userID])
    }

    func user(subject: Text, ofIssuer issuer: Text) throws -> UserRecord? {
        try String.fetchOne(
            database, sql: "SELECT userID FROM subject WHERE issuer = ? AND subject = ?", arguments: [issuer, subject]
        ).flatMap(user(id:))
    }

    func hasSubject(userID: String) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM subject WHERE userID = ?)", arguments: [userID]) ?? false
    }

    func insertSubject(_ subject: Text, ofIssuer issuer: Text, userID: String, atMilliseconds now: Int64) throws {
        try requireUser(userID)
        guard try user(subject: subject, ofIssuer: issuer) == nil else {
            throw AssayError(.alreadyExists, "This person of the identity provider has an account already.")
        }
        try database.execute(
            sql: "INSERT INTO subject (issuer, subject, userID, creationTime) VALUES (?, ?, ?, ?)",
            arguments: [issuer, subject, userID, now])
    }

    // MARK: - Sessions

    func session(digest: SHA256Digest) throws -> SessionRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM session WHERE digest = ?", arguments: [Data(digest.bytes)]).map(session)
    }

    func sessions(ofUser userID: String) throws -> [SessionRecord] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM session WHERE userID = ? ORDER BY loginTime DESC, id", arguments: [userID]
        ).map(session)
    }

    func insertSession(_ session: SessionRecord) throws {
        try requireUser(session.userID)
        try database.execute(
            sql: """
                INSERT INTO session (digest, id, userID, method, loginTime, seenTime, expiryTime) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(session.digest.bytes), session.id, session.userID, session.method.rawValue, session.loginMilliseconds,
                session.seenMilliseconds, session.expiresMilliseconds,
            ])
    }

    func endSession(id: String, ofUser userID: String) throws -> Bool {
        try database.execute(sql: "DELETE FROM session WHERE id = ? AND userID = ?", arguments: [id, userID])
        return database.changesCount > 0
    }

    func endSessions(ofUser userID: String) throws {
        try database.execute(sql: "DELETE FROM session WHERE userID = ?", arguments: [userID])
    }

    func removeSessions(expiredBefore milliseconds: Int64, idleSince seen: Int64) throws {
        try database.execute(
            sql: "DELETE FROM session WHERE expiryTime <= ? OR seenTime <= ?", arguments: [milliseconds, seen])
    }

    func noteUse(
        ofTokens tokens: [(id: String, milliseconds: Int64)], ofSessions sessions: [(id: String, milliseconds: Int64)]
    ) throws {
        for token in tokens {
            try database.execute(
                sql: "UPDATE token SET useTime = max(coalesce(useTime, 0), ?) WHERE id = ?", arguments: [token.milliseconds, token.id])
        }
        for session in sessions {
            try database.execute(
                sql: "UPDATE session SET seenTime = max(seenTime, ?) WHERE id = ?", arguments: [session.milliseconds, session.id])
        }
    }

    // MARK: - Parts

    private func requireUser(_ id: String) throws {
        guard try user(id: id) != nil else { throw AssayError(.notFound, "No user with id \(id).") }
    }

    private func session(_ row: Row) throws -> SessionRecord {
        guard let digest = SHA256Digest(bytes: Array(row["digest"] as Data)),
            let method = Authentication.Method(rawValue: row["method"])
        else { throw AssayError(.corrupt, "The database holds a session that this version cannot read.") }
        return SessionRecord(
            id: row["id"], digest: digest, userID: row["userID"], method: method, loginMilliseconds: row["loginTime"],
            seenMilliseconds: row["seenTime"], expiresMilliseconds: row["expiryTime"])
    }
}
