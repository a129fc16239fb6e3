import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    /// No attempt is put off for longer; what says so was written while the clock was ahead.
    private static let longestRetryMilliseconds: Int64 = 3_600_000

    func alertReceivers(dueAt now: Int64, limit: Int) throws -> [Text] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT head.receiver FROM alertDelivery AS head
                WHERE head.finishedTime IS NULL AND head.ordinal = (
                    SELECT min(ordinal) FROM alertDelivery AS other WHERE other.receiver = head.receiver AND other.finishedTime IS NULL)
                    AND (CASE head.state WHEN 'queued' THEN head.dueTime ELSE head.leasedUntilTime END <= ? OR head.dueTime > ?)
                ORDER BY head.dueTime, head.ordinal LIMIT ?
                """)
        return try Text.fetchAll(statement, arguments: [now, now + Self.longestRetryMilliseconds, limit])
    }

    func waitingAlertDeliveries() throws -> [(receiver: Text, count: Int64)] {
        try Row.fetchAll(
            database, sql: "SELECT receiver, count(*) AS waiting FROM alertDelivery WHERE finishedTime IS NULL GROUP BY receiver ORDER BY receiver"
        ).map { ($0["receiver"], $0["waiting"]) }
    }

    func alertDeliveries(
        receiver: Text?, key: Text?, after position: SearchPosition?, limit: Int
    ) throws -> SearchPage<AlertDeliveryRecord> {
        var sql = "SELECT * FROM alertDelivery WHERE ordinal < ?"
        var values: StatementArguments = [try Self.bound(position)]
        if let receiver {
            sql += " AND receiver = ?"
            values += [receiver]
        }
        if let key {
            sql += " AND ordinal IN (SELECT delivery FROM alertSaid WHERE key = ?)"
            values += [key]
        }
        let rows = try Row.fetchAll(database, sql: sql + " ORDER BY ordinal DESC LIMIT ?", arguments: values + [limit + 1])
        return SearchPage(
            items: try rows.prefix(limit).map(alertDelivery),
            next: rows.count > limit ? Self.position(rows[limit - 1]["ordinal"]) : nil)
    }

    func insertAlertDelivery(_ delivery: AlertDeliveryRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO alertDelivery (id, receiver, alertGroup, labels, reason, state, dueTime, holdsUntilTime, createdTime)
                VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?)
                """,
            arguments: [
                delivery.id, delivery.receiver, delivery.group, delivery.labels, delivery.reason.rawValue, delivery.dueMilliseconds,
                delivery.holdsUntilMilliseconds, delivery.createdMilliseconds,
            ])
        try insertAlertSaid(delivery.said, ordinal: database.lastInsertedRowID)
    }

    func unfinishedAlertDeliveries(ofGroup number: Int64) throws -> [AlertDeliveryRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM alertDelivery WHERE receiver = (SELECT receiver FROM alertGroup WHERE number = ?) AND finishedTime IS NULL
                    AND alertGroup = ? ORDER BY ordinal
                """, arguments: [number, number]
        ).map(alertDelivery)
    }

    func replaceAlertDelivery(_ delivery: AlertDeliveryRecord) throws {
        try database.execute(
            sql: "UPDATE alertDelivery SET reason = ?, holdsUntilTime = ?, createdTime = ? WHERE ordinal = ? AND state = 'queued' AND attempts = 0",
            arguments: [delivery.reason.rawValue, delivery.holdsUntilMilliseconds, delivery.createdMilliseconds, delivery.ordinal])
        guard database.changesCount == 1 else {
            throw AssayError(.conflict, "The message \(delivery.id) was tried already, so it stays as it is.")
        }
        try database.execute(sql: "DELETE FROM alertSaid WHERE delivery = ?", arguments: [delivery.ordinal])
        try insertAlertSaid(delivery.said, ordinal: delivery.ordinal)
    }

    private func insertAlertSaid(_ said: [AlertDeliveryRecord.Said], ordinal: Int64) throws {
        for (position, said) in said.enumerated() {
            try database.execute(
                sql: """
                    INSERT INTO alertSaid (delivery, position, alert, key, state, severity, formerSeverity, episode, details, firedTime, resolvedTime)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    ordinal, position, said.alert, said.key, said.state.rawValue, said.severity.rawValue,
                    said.formerSeverity?.rawValue, said.episode, Data(said.sealedDetails), said.firedMilliseconds, said.resolvedMilliseconds,
                ])
        }
    }

    func leaseAlertDelivery(ofReceiver name: Text, lease: String, now: Int64, until: Int64) throws -> AlertDeliveryRecord? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT ordinal, state, attempts, dueTime, leasedUntilTime FROM alertDelivery
                WHERE receiver = ? AND finishedTime IS NULL ORDER BY ordinal LIMIT 1
                """, arguments: [name])
        guard let row else { return nil }
        let ordinal: Int64 = row["ordinal"]
        let attempts: Int = row["attempts"]
        switch try row.word("state") as WebhookDelivery.State {
        case .sending:
            guard (row["leasedUntilTime"] as Int64) <= now else { return nil }
            try closeAlertAttempt(attempts, ofDelivery: ordinal, status: nil, error: "interrupted", now: now)
        default:
            let due: Int64 = row["dueTime"]
            guard due <= now || due > now + Self.longestRetryMilliseconds else { return nil }
        }
        try database.execute(
            sql: """
                UPDATE alertDelivery SET state = 'sending', attempts = ?, lease = ?, leasedUntilTime = ?,
                    holdsUntilTime = CASE attempts WHEN 0 THEN max(holdsUntilTime, holdsUntilTime - createdTime + ?) ELSE holdsUntilTime END
                WHERE ordinal = ?
                """, arguments: [attempts + 1, lease, until, now, ordinal])
        try database.execute(
            sql: "INSERT INTO alertAttempt (delivery, number, startedTime) VALUES (?, ?, ?)", arguments: [ordinal, attempts + 1, now])
        return try Row.fetchOne(database, sql: "SELECT * FROM alertDelivery WHERE ordinal = ?", arguments: [ordinal]).map(alertDelivery)
    }

    func finishAlertAttempt(
        ofDelivery id: String, lease: String, state: WebhookDelivery.State, due: Int64, status: Int?, error: String?, reached: [Text],
        now: Int64, againAfter: Int64
    ) throws -> Bool {
        let row = try Row.fetchOne(
            database, sql: "SELECT ordinal, attempts, alertGroup FROM alertDelivery WHERE id = ? AND lease = ?", arguments: [id, lease])
        guard let row else { return false }
        let ordinal: Int64 = row["ordinal"]
        let group: Int64 = row["alertGroup"]
        try closeAlertAttempt(row["attempts"], ofDelivery: ordinal, status: status, error: error, now: now)
        try database.execute(
            sql: "UPDATE alertDelivery SET state = ?, dueTime = ?, finishedTime = ?, reached = ?, lease = NULL, leasedUntilTime = NULL WHERE ordinal = ?",
            arguments: [state.rawValue, due, state.isFinished ? now : nil, reached.map(\.string).joined(separator: "\n"), ordinal])
        if state == .delivered { try leaveDelivered(ordinal, group: group, now: now) }
        if state == .failed { try takeBack(ordinal, group: group, due: now + againAfter) }
        return true
    }

    /// What the receiver now knows to be over is not the group's any more, unless it fires again.
    private func leaveDelivered(_ ordinal: Int64, group: Int64, now: Int64) throws {
        // A reminder counts from when the last message arrived, however long that took and whatever the clock said when it was made.
        try database.execute(sql: "UPDATE alertGroup SET sentTime = ? WHERE number = ? AND sentTime IS NOT NULL", arguments: [now, group])
        try database.execute(
            sql: """
                DELETE FROM alertMember WHERE alertGroup = ? AND toldState = 'resolved' AND EXISTS (
                    SELECT 1 FROM alertSaid JOIN alert ON alert.number = alertSaid.alert
                    WHERE alertSaid.delivery = ? AND alertSaid.alert = alertMember.alert AND alertSaid.state = 'resolved'
                        AND alertSaid.episode = alertMember.toldEpisode AND (alert.state = 'resolved' OR alertMember.isLeaving = 1)
                        AND alert.episode = alertSaid.episode)
                """, arguments: [group, ordinal])
        try removeEmptyAlertGroup(group)
    }

    /// As if the delivery had not been made, for what nothing was said of since and nothing that waits says.
    private func takeBack(_ ordinal: Int64, group: Int64, due: Int64) throws {
        let unsaid = """
            alertGroup = ? AND EXISTS (
                SELECT 1 FROM alertSaid WHERE alertSaid.delivery = ? AND alertSaid.alert = alertMember.alert
                    AND alertSaid.episode = alertMember.toldEpisode AND alertSaid.state = alertMember.toldState)
            AND NOT EXISTS (
                SELECT 1 FROM alertDelivery AS later JOIN alertSaid ON alertSaid.delivery = later.ordinal
                WHERE later.finishedTime IS NULL AND later.ordinal > ? AND later.alertGroup = alertMember.alertGroup
                    AND alertSaid.alert = alertMember.alert AND alertSaid.state = alertMember.toldState)
            """
        try database.execute(
            sql: "UPDATE alertMember SET toldState = 'firing' WHERE toldState = 'resolved' AND \(unsaid)", arguments: [group, ordinal, ordinal])
        let resolved = database.changesCount
        try database.execute(
            sql: """
                UPDATE alertMember SET toldState = NULL, toldSeverity = NULL, toldEpisode = NULL
                WHERE toldState = 'firing' AND \(unsaid)
                """, arguments: [group, ordinal, ordinal])
        guard resolved + database.changesCount > 0 else { return }
        try database.execute(
            sql: "UPDATE alertGroup SET dueTime = ? WHERE number = ? AND (dueTime IS NULL OR dueTime > ?)", arguments: [due, group, due])
    }

    func leaveAlertReceivers(except names: [Text], now: Int64) throws {
        let marks = databaseQuestionMarks(count: names.count)
        let values = StatementArguments(names)
        try database.execute(
            sql: """
                UPDATE alertDelivery SET state = 'cancelled', finishedTime = ?
                WHERE finishedTime IS NULL AND state = 'queued' AND receiver NOT IN (\(marks))
                """, arguments: [now] + values)
        try database.execute(sql: "DELETE FROM alertGroup WHERE receiver NOT IN (\(marks))", arguments: values)
        try database.execute(sql: "DELETE FROM alertStep WHERE receiver NOT IN (\(marks))", arguments: values)
    }

    func releaseAlertDeliveries(error: String, now: Int64) throws {
        try database.execute(
            sql: """
                UPDATE alertAttempt SET finishedTime = ?, error = ? WHERE finishedTime IS NULL
                    AND delivery IN (SELECT ordinal FROM alertDelivery WHERE finishedTime IS NULL AND state = 'sending')
                """, arguments: [now, error])
        try database.execute(
            sql: """
                UPDATE alertDelivery SET state = 'queued', lease = NULL, leasedUntilTime = NULL
                WHERE finishedTime IS NULL AND state = 'sending'
                """)
    }

    func pruneAlerts(endedBefore time: Int64, keeping kept: Int) throws {
        try database.execute(
            sql: "DELETE FROM alertDelivery WHERE finishedTime IS NOT NULL AND finishedTime < ?", arguments: [time])
        for receiver in try Text.fetchAll(database, sql: "SELECT DISTINCT receiver FROM alertDelivery") {
            try database.execute(
                sql: """
                    DELETE FROM alertDelivery WHERE receiver = ? AND finishedTime IS NOT NULL AND ordinal <= (
                        SELECT ordinal FROM alertDelivery WHERE receiver = ? AND finishedTime IS NOT NULL
                        ORDER BY ordinal DESC LIMIT 1 OFFSET ?)
                    """, arguments: [receiver, receiver, kept])
        }
        try database.execute(sql: "DELETE FROM alertSilence WHERE endTime < ?", arguments: [time])
        try database.execute(
            sql: """
                DELETE FROM alert WHERE state = 'resolved' AND resolvedTime < ? AND isLogged = 1
                    AND NOT EXISTS (SELECT 1 FROM alertMember WHERE alertMember.alert = alert.number)
                """, arguments: [time])
    }

    private func closeAlertAttempt(_ number: Int, ofDelivery ordinal: Int64, status: Int?, error: String?, now: Int64) throws {
        try database.execute(
            sql: "UPDATE alertAttempt SET finishedTime = ?, status = ?, error = ? WHERE delivery = ? AND number = ?",
            arguments: [now, status, error, ordinal, number])
    }

    private func alertDelivery(_ row: Row) throws -> AlertDeliveryRecord {
        let ordinal: Int64 = row["ordinal"]
        let attempts = try database.cachedStatement(sql: "SELECT * FROM alertAttempt WHERE delivery = ? ORDER BY number")
        let said = try database.cachedStatement(sql: "SELECT * FROM alertSaid WHERE delivery = ? ORDER BY position")
        return AlertDeliveryRecord(
            id: row["id"], receiver: row["receiver"], group: row["alertGroup"], labels: row["labels"], reason: try row.word("reason"),
            state: try row.word("state"), dueMilliseconds: row["dueTime"], createdMilliseconds: row["createdTime"],
            finishedMilliseconds: row["finishedTime"], holdsUntilMilliseconds: row["holdsUntilTime"],
            said: try Row.fetchAll(said, arguments: [ordinal]).map { one in
                AlertDeliveryRecord.Said(
                    alert: one["alert"], key: one["key"], state: try one.word("state"), severity: try one.word("severity"),
                    formerSeverity: (one["formerSeverity"] as String?).flatMap { AlertSeverity(rawValue: $0) }, episode: one["episode"], sealedDetails: one.bytes("details"), firedMilliseconds: one["firedTime"],
                    resolvedMilliseconds: one["resolvedTime"])
            },
            attempts: try Row.fetchAll(attempts, arguments: [ordinal]).map { attempt in
                WebhookDelivery.Attempt(
                    number: attempt["number"], startedMilliseconds: attempt["startedTime"],
                    finishedMilliseconds: attempt["finishedTime"], status: attempt["status"], error: attempt["error"])
            }, reached: (row["reached"] as String).split(separator: "\n").map { Text(String($0)) }, ordinal: ordinal)
    }
}
