import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    /// What is due at `:now`, and what claims to be due later than anything is put off, which was written while the clock was ahead. A group
    /// is looked at after one of its times, ten minutes after a failure, or when a silence ends.
    private static let dueGroups = """
        dueTime <= :now OR (dueTime > :now + max(waitTime, intervalTime, repeatTime, 600000)
            AND NOT EXISTS (SELECT 1 FROM alertSilence WHERE endTime = dueTime))
        """

    /// The same of steps: those of an alert that is said to have fired more than a minute from now.
    private static let dueSteps = """
        dueTime <= :now OR (dueTime > :now + 60000 AND (SELECT firedTime FROM alert WHERE number = alertStep.alert) > :now + 60000)
        """

    func hasAlertWork(dueAt now: Int64) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM alertGroup WHERE \(Self.dueGroups)) OR EXISTS (SELECT 1 FROM alertStep WHERE \(Self.dueSteps))
                    OR EXISTS (SELECT 1 FROM alert WHERE isLogged = 0)
                """)
        return try Bool.fetchOne(statement, arguments: ["now": now]) ?? false
    }

    func joinAlertGroup(_ group: AlertGroupRecord, alert: Int64, now: Int64) throws {
        try database.execute(
            sql: """
                INSERT INTO alertGroup (receiver, labels, waitTime, intervalTime, repeatTime) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (receiver, labels) DO UPDATE SET
                    waitTime = excluded.waitTime, intervalTime = excluded.intervalTime, repeatTime = excluded.repeatTime
                """,
            arguments: [
                group.receiver, group.labels, group.waitMilliseconds, group.intervalMilliseconds, group.repeatMilliseconds,
            ])
        try database.execute(
            sql: """
                INSERT INTO alertMember (alertGroup, alert)
                VALUES ((SELECT number FROM alertGroup WHERE receiver = ? AND labels = ?), ?)
                ON CONFLICT (alertGroup, alert) DO UPDATE SET isLeaving = 0 WHERE isLeaving = 1
                """, arguments: [group.receiver, group.labels, alert])
        if database.changesCount > 0 {
            try wakeAlertGroups("receiver = ? AND labels = ?", [group.receiver, group.labels], now: now)
        }
    }

    func leaveAlertGroups(alert: Int64, except kept: [AlertGroupRecord], telling receivers: [Text], now: Int64) throws {
        let groups = try Row.fetchAll(
            database,
            sql: """
                SELECT number, receiver, labels, toldState FROM alertMember JOIN alertGroup ON number = alertGroup
                WHERE alert = ? AND isLeaving = 0 ORDER BY number
                """, arguments: [alert])
        for row in groups {
            let (number, receiver, labels): (Int64, Text, Text) = (row["number"], row["receiver"], row["labels"])
            guard !kept.contains(where: { $0.receiver == receiver && $0.labels == labels }) else { continue }
            if row["toldState"] as String? == "firing", receivers.contains(receiver) {
                try database.execute(sql: "UPDATE alertMember SET isLeaving = 1 WHERE alertGroup = ? AND alert = ?", arguments: [number, alert])
                try wakeAlertGroups("number = ?", [number], now: now)
            } else {
                try database.execute(sql: "DELETE FROM alertMember WHERE alertGroup = ? AND alert = ?", arguments: [number, alert])
                try removeEmptyAlertGroup(number)
            }
        }
    }

    func wakeAlertGroups(ofAlert alert: Int64, now: Int64) throws {
        try wakeAlertGroups("number IN (SELECT alertGroup FROM alertMember WHERE alert = ?)", [alert], now: now)
    }

    func wakeAlertGroups(now: Int64) throws {
        try database.execute(sql: "UPDATE alertGroup SET dueTime = ? WHERE dueTime > ?", arguments: [now, now])
    }

    /// At the earliest of what is settled, and the wait of a group that was not told yet or the interval of one that was.
    private func wakeAlertGroups(_ condition: String, _ values: StatementArguments, now: Int64) throws {
        try database.execute(
            sql: """
                UPDATE alertGroup SET dueTime = min(
                    coalesce(dueTime, 9223372036854775807),
                    CASE WHEN sentTime IS NULL THEN ? + waitTime ELSE max(?, min(sentTime, ?) + intervalTime) END)
                WHERE \(condition)
                """, arguments: [now, now, now] + values)
    }

    func alertGroups(dueAt now: Int64, limit: Int) throws -> [AlertGroupRecord] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM alertGroup WHERE \(Self.dueGroups) ORDER BY dueTime, number LIMIT :limit", arguments: ["now": now, "limit": limit]
        ).map(Self.group)
    }

    func alertGroupMembers(_ group: Int64) throws -> [AlertGroupRecord.Member] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT alert.*, toldState, toldSeverity, toldEpisode, isLeaving FROM alertMember JOIN alert ON alert.number = alertMember.alert
                WHERE alertGroup = ? ORDER BY alert.number
                """)
        return try Row.fetchAll(statement, arguments: [group]).map { row in
            let isTold = row["toldState"] as String? != nil
            return AlertGroupRecord.Member(
                alert: try Self.alert(row), toldState: isTold ? try row.word("toldState") : nil,
                toldSeverity: isTold ? try row.word("toldSeverity") : nil, toldEpisode: row["toldEpisode"], isLeaving: row["isLeaving"])
        }
    }

    func settleAlertGroup(_ group: AlertGroupRecord, said: [AlertDeliveryRecord.Said], dropping: [Int64]) throws {
        for one in said {
            try database.execute(
                sql: "UPDATE alertMember SET toldState = ?, toldSeverity = ?, toldEpisode = ? WHERE alertGroup = ? AND alert = ?",
                arguments: [one.state.rawValue, one.severity.rawValue, one.episode, group.number, one.alert])
        }
        for alert in dropping {
            try database.execute(sql: "DELETE FROM alertMember WHERE alertGroup = ? AND alert = ?", arguments: [group.number, alert])
        }
        try database.execute(
            sql: "UPDATE alertGroup SET dueTime = ?, sentTime = ? WHERE number = ?",
            arguments: [group.dueMilliseconds, group.sentMilliseconds, group.number])
        try removeEmptyAlertGroup(group.number)
    }

    func removeEmptyAlertGroup(_ number: Int64) throws {
        try database.execute(
            sql: "DELETE FROM alertGroup WHERE number = ? AND NOT EXISTS (SELECT 1 FROM alertMember WHERE alertGroup = ?)",
            arguments: [number, number])
    }

    private static func group(_ row: Row) -> AlertGroupRecord {
        AlertGroupRecord(
            number: row["number"], receiver: row["receiver"], labels: row["labels"], waitMilliseconds: row["waitTime"],
            intervalMilliseconds: row["intervalTime"], repeatMilliseconds: row["repeatTime"], dueMilliseconds: row["dueTime"],
            sentMilliseconds: row["sentTime"])
    }

    // MARK: - Steps

    func setAlertSteps(_ steps: [AlertStepRecord], ofAlert alert: Int64) throws {
        try database.execute(sql: "DELETE FROM alertStep WHERE alert = ?", arguments: [alert])
        for step in steps {
            try database.execute(
                sql: """
                    INSERT INTO alertStep (alert, receiver, labels, waitTime, intervalTime, repeatTime, dueTime) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    alert, step.group.receiver, step.group.labels, step.group.waitMilliseconds, step.group.intervalMilliseconds,
                    step.group.repeatMilliseconds, step.dueMilliseconds,
                ])
        }
    }

    func takeAlertSteps(dueAt now: Int64) throws -> [AlertStepRecord] {
        let steps = try Row.fetchAll(
            database, sql: "SELECT * FROM alertStep WHERE \(Self.dueSteps) ORDER BY dueTime, alert, receiver", arguments: ["now": now]
        ).map { row in
            AlertStepRecord(
                alert: row["alert"],
                group: AlertGroupRecord(
                    receiver: row["receiver"], labels: row["labels"], waitMilliseconds: row["waitTime"],
                    intervalMilliseconds: row["intervalTime"], repeatMilliseconds: row["repeatTime"]),
                dueMilliseconds: row["dueTime"])
        }
        try database.execute(sql: "DELETE FROM alertStep WHERE \(Self.dueSteps)", arguments: ["now": now])
        return steps
    }
}
