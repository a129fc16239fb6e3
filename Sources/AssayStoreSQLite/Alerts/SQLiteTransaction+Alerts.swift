import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    // MARK: - Rules

    func alertRulesInForce() throws -> AppliedDocument? {
        try alertRules("SELECT * FROM alertRules ORDER BY number DESC LIMIT 1").first
    }

    func alertRules() throws -> [AppliedDocument] { try alertRules("SELECT * FROM alertRules ORDER BY number") }

    func insertAlertRules(_ rules: AppliedDocument) throws {
        guard rules.number == (try alertRulesInForce()?.number ?? 0) + 1 else {
            throw AssayError(.conflict, "Other alert rules were applied in the meantime; look at them first.")
        }
        try database.execute(
            sql: "INSERT INTO alertRules (number, digest, source, authorId, appliedTime) VALUES (?, ?, ?, ?, ?)",
            arguments: [rules.number, Data(rules.digest.bytes), Data(rules.source), rules.authorID, rules.appliedMilliseconds])
    }

    private func alertRules(_ sql: String) throws -> [AppliedDocument] {
        try Row.fetchAll(try database.cachedStatement(sql: sql)).map { row in
            AppliedDocument(
                number: row["number"], digest: try row.digest("digest"), source: row.bytes("source"), authorID: row["authorId"],
                appliedMilliseconds: row["appliedTime"])
        }
    }

    // MARK: - Alerts

    func alert(key: Text) throws -> AlertRecord? {
        let statement = try database.cachedStatement(sql: "SELECT * FROM alert WHERE key = ?")
        guard let row = try Row.fetchOne(statement, arguments: [key]) else { return nil }
        let alert = try Self.alert(row)
        guard try findsAlert(alert) else { return nil }
        return alert
    }

    func alerts(_ state: AlertState?, after position: SearchPosition?, limit: Int) throws -> SearchPage<AlertRecord> {
        // What is not seen is left out row by row, so a page is filled from as many rows as that takes.
        var page: [AlertRecord] = []
        let cursor = try Row.fetchCursor(
            database,
            sql: "SELECT * FROM alert WHERE number < ?\(state == nil ? "" : " AND state = ?") ORDER BY number DESC",
            arguments: [try Self.bound(position)] + (state.map { [$0.rawValue] } ?? []))
        while page.count <= limit, let row = try cursor.next() {
            let alert = try Self.alert(row)
            if try sees(model: alert.modelID) { page.append(alert) }
        }
        for alert in page.prefix(limit) { _ = try findsAlert(alert) }
        return SearchPage(items: Array(page.prefix(limit)), next: page.count > limit ? Self.position(page[limit - 1].number) : nil)
    }

    func firingAlerts() throws -> [AlertRecord] {
        let statement = try database.cachedStatement(sql: "SELECT * FROM alert WHERE state = 'firing' ORDER BY number")
        return try Row.fetchAll(statement).map(Self.alert)
    }

    func firingCounts() throws -> [FiringCount] {
        try Row.fetchAll(
            database, sql: "SELECT model, severity, count(*) AS alerts FROM alert WHERE state = 'firing' GROUP BY model, severity ORDER BY model, severity"
        ).map { FiringCount(modelID: $0["model"], severity: try $0.word("severity"), count: $0["alerts"]) }
    }

    /// Whether the alert's model is seen; notes that it was asked for.
    private func findsAlert(_ alert: AlertRecord) throws -> Bool {
        alert.modelID.isEmpty ? view == nil : try finds(TouchedObject(.model, Text(alert.modelID)), ofModel: alert.modelID)
    }

    func insertAlert(_ alert: AlertRecord) throws -> Int64 {
        try database.execute(
            sql: """
                INSERT INTO alert (key, model, severity, state, episode, details, firedTime, seenTime, resolvedTime, acknowledgedTime,
                    acknowledgedBy, acknowledgement, isRouted, isLogged)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, arguments: [alert.key, alert.modelID] + Self.values(of: alert))
        return database.lastInsertedRowID
    }

    func updateAlert(_ alert: AlertRecord) throws {
        try database.execute(
            sql: """
                UPDATE alert SET severity = ?, state = ?, episode = ?, details = ?, firedTime = ?, seenTime = ?, resolvedTime = ?,
                    acknowledgedTime = ?, acknowledgedBy = ?, acknowledgement = ?, isRouted = ?, isLogged = ?
                WHERE number = ?
                """, arguments: Self.values(of: alert) + [alert.number])
    }

    func unloggedAlerts(limit: Int) throws -> [AlertRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM alert WHERE isLogged = 0 ORDER BY number LIMIT ?", arguments: [limit]).map(Self.alert)
    }

    private static func values(of alert: AlertRecord) -> StatementArguments {
        [
            alert.severity.rawValue, alert.state.rawValue, alert.episode, Data(alert.sealedDetails), alert.firedMilliseconds,
            alert.seenMilliseconds, alert.resolvedMilliseconds, alert.acknowledgement?.milliseconds, alert.acknowledgement?.userID,
            alert.acknowledgement?.comment, alert.isRouted, alert.isLogged,
        ]
    }

    static func alert(_ row: Row) throws -> AlertRecord {
        var acknowledgement: AlertRecord.Acknowledgement?
        if let user = row["acknowledgedBy"] as String?, let time = row["acknowledgedTime"] as Int64? {
            acknowledgement = .init(userID: user, comment: row["acknowledgement"] ?? "", milliseconds: time)
        }
        return AlertRecord(
            number: row["number"], key: row["key"], modelID: row["model"], severity: try row.word("severity"), state: try row.word("state"),
            episode: row["episode"], sealedDetails: row.bytes("details"), firedMilliseconds: row["firedTime"],
            seenMilliseconds: row["seenTime"], resolvedMilliseconds: row["resolvedTime"], acknowledgement: acknowledgement,
            isRouted: row["isRouted"], isLogged: row["isLogged"])
    }

    // MARK: - Silences

    func alertSilences(endingAfter time: Int64) throws -> [AlertSilenceRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM alertSilence WHERE endTime > ? ORDER BY createdTime, id", arguments: [time])
            .map(Self.silence)
    }

    func alertSilence(id: String) throws -> AlertSilenceRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM alertSilence WHERE id = ?", arguments: [id]).map(Self.silence)
    }

    func insertAlertSilence(_ silence: AlertSilenceRecord) throws {
        try database.execute(
            sql: "INSERT INTO alertSilence (id, matching, comment, authorId, createdTime, endTime) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                silence.id, Data(silence.match), silence.comment, silence.authorID, silence.createdMilliseconds, silence.endMilliseconds,
            ])
    }

    func endAlertSilence(id: String, at time: Int64) throws {
        try database.execute(sql: "UPDATE alertSilence SET endTime = ? WHERE id = ? AND endTime > ?", arguments: [time, id, time])
    }

    private static func silence(_ row: Row) -> AlertSilenceRecord {
        AlertSilenceRecord(
            id: row["id"], match: row.bytes("matching"), comment: row["comment"], authorID: row["authorId"],
            createdMilliseconds: row["createdTime"], endMilliseconds: row["endTime"])
    }
}
