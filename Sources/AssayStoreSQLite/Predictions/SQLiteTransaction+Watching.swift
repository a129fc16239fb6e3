import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func trafficListed(subject: String) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT through FROM trafficListing WHERE subject = ?", arguments: [subject]) ?? 0
    }

    func trafficParts(subject: String, in range: ClosedRange<Text>) throws -> [Text] {
        try Text.fetchAll(
            database, sql: "SELECT DISTINCT part FROM trafficPart WHERE subject = ? AND part >= ? AND part <= ? ORDER BY part",
            arguments: [subject, range.lowerBound, range.upperBound])
    }

    func trafficParts(subject: String, after ordinal: Int64) throws -> [TrafficPart] {
        try Row.fetchAll(
            database, sql: "SELECT part, ordinal, receivedTime FROM trafficPart WHERE subject = ? AND ordinal > ? ORDER BY ordinal, part",
            arguments: [subject, ordinal]
        ).map { TrafficPart(part: $0[0], ordinal: $0[1], receivedMilliseconds: $0[2]) }
    }

    func trafficOrdinals(subject: String, in range: ClosedRange<Text>) throws -> [Int64] {
        try Int64.fetchAll(
            database, sql: "SELECT DISTINCT ordinal FROM trafficPart WHERE subject = ? AND part >= ? AND part <= ? ORDER BY ordinal",
            arguments: [subject, range.lowerBound, range.upperBound])
    }

    func predictionSegments(versionID: String, ordinals: [Int64]) throws -> [PredictionSegmentRecord] {
        var found: [PredictionSegmentRecord] = []
        for ordinal in ordinals { found += try predictionSegments("WHERE ordinal = ? AND versionId = ?", [ordinal, versionID]) }
        return found
    }

    func predictionSegments(versionID: String, answered: Range<Int64>) throws -> [PredictionSegmentRecord] {
        try predictionSegments(
            """
            WHERE versionId = ? AND answeredBefore < ? AND answeredBefore >= (SELECT coalesce(max(answeredBefore), 0) FROM predictionSegment
                WHERE versionId = ? AND answeredBefore <= ?)
            AND answeredBefore + answeredCount >= ? ORDER BY ordinal
            """, [versionID, answered.upperBound, versionID, answered.lowerBound, answered.lowerBound])
    }

    func newestPredictions(versionID: String) throws -> (ordinal: Int64, answered: Int64)? {
        try Row.fetchOne(
            database,
            sql: "SELECT ordinal, answeredBefore + answeredCount FROM predictionSegment WHERE versionId = ? ORDER BY ordinal DESC LIMIT 1",
            arguments: [versionID]
        ).map { ($0[0], $0[1]) }
    }

    func monitorCursor(_ seat: MonitorSeat) throws -> MonitorCursor? {
        try Row.fetchOne(
            database, sql: "SELECT position, predictions, labels FROM monitorCursor WHERE planId = ? AND monitor = ? AND versionId = ?",
            arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID]
        ).map { MonitorCursor(position: $0[0], predictions: $0[1], labels: $0[2]) }
    }

    func monitorDue(_ seat: MonitorSeat, limit: Int) throws -> [Text] {
        try Text.fetchAll(
            database, sql: "SELECT window FROM monitorDue WHERE planId = ? AND monitor = ? AND versionId = ? ORDER BY window LIMIT ?",
            arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID, limit])
    }

    func monitorResults(_ seat: MonitorSeat, limit: Int) throws -> [MonitorResultRecord] {
        try monitorResults(
            """
            AS own WHERE versionId = ? AND monitor = ? AND planId = ? AND revision = (SELECT max(revision) FROM monitorResult AS other
                WHERE other.planId = own.planId AND other.monitor = own.monitor AND other.versionId = own.versionId AND other.window = own.window)
            ORDER BY ordinal DESC LIMIT ?
            """, [seat.versionID, Data(seat.monitor.bytes), seat.planID, limit])
    }

    func insertTrafficParts(_ parts: [TrafficPart], subject: String, through: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO trafficPart (subject, part, ordinal, receivedTime) VALUES (?, ?, ?, ?)")
        for part in parts {
            try statement.execute(arguments: [subject, part.part, part.ordinal, part.receivedMilliseconds])
        }
        try database.execute(
            sql: "INSERT INTO trafficListing (subject, through) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET through = excluded.through",
            arguments: [subject, through])
    }

    func saveMonitorCursor(_ cursor: MonitorCursor, _ seat: MonitorSeat) throws {
        try database.execute(
            sql: """
                INSERT INTO monitorCursor (planId, monitor, versionId, position, predictions, labels) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (planId, monitor, versionId) DO UPDATE
                    SET position = excluded.position, predictions = excluded.predictions, labels = excluded.labels
                """,
            arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID, cursor.position, cursor.predictions, cursor.labels])
    }

    func monitorTally(_ seat: MonitorSeat) throws -> [MonitorCount] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT part, sum(events), sum(rowCount) FROM monitorTally WHERE planId = ? AND monitor = ? AND versionId = ?
                GROUP BY part ORDER BY min(ordinal)
                """, arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID]
        ).map { MonitorCount(part: $0[0], events: $0[1], rows: $0[2]) }
    }

    func saveMonitorTally(_ counts: [MonitorCount], window: Text, _ seat: MonitorSeat) throws {
        let place: StatementArguments = [seat.planID, Data(seat.monitor.bytes), seat.versionID, window]
        // Parts keep their ordinals, by which their order is known.
        try database.execute(
            sql: "UPDATE monitorTally SET events = 0, rowCount = 0 WHERE planId = ? AND monitor = ? AND versionId = ? AND window = ?", arguments: place)
        for count in counts {
            try database.execute(
                sql: """
                    INSERT INTO monitorTally (planId, monitor, versionId, window, part, events, rowCount) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (planId, monitor, versionId, window, part) DO UPDATE SET events = excluded.events, rowCount = excluded.rowCount
                    """, arguments: place + [count.part, count.events, count.rows])
        }
    }

    func monitorRows(window: Text, _ seat: MonitorSeat) throws -> [UInt8] {
        try Data.fetchOne(
            database, sql: "SELECT counted FROM monitorRows WHERE planId = ? AND monitor = ? AND versionId = ? AND window = ?",
            arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID, window]
        ).map { [UInt8]($0) } ?? []
    }

    func monitorMean(_ seat: MonitorSeat) throws -> MonitorMean? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT rowCount, total, squares, beyond, weight, weighted, penalty FROM monitorMean
                WHERE planId = ? AND monitor = ? AND versionId = ?
                """, arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID]
        ).map { MonitorMean(seen: MonitorSum(rows: $0[0], total: $0[1], squares: $0[2], beyond: $0[3]), weight: $0[4], weighted: $0[5], penalty: $0[6]) }
    }

    func saveMonitorRows(_ rows: [UInt8], window: Text, _ seat: MonitorSeat) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO monitorRows (planId, monitor, versionId, window, counted) VALUES (?, ?, ?, ?, ?)",
            arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID, window, Data(rows)])
    }

    func saveMonitorMean(_ mean: MonitorMean, _ seat: MonitorSeat) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO monitorMean (planId, monitor, versionId, rowCount, total, squares, beyond, weight, weighted, penalty)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                seat.planID, Data(seat.monitor.bytes), seat.versionID, mean.seen.rows, mean.seen.total, mean.seen.squares, mean.seen.beyond, mean.weight,
                mean.weighted, mean.penalty,
            ])
    }

    func insertMonitorDue(_ windows: [Text], _ seat: MonitorSeat) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO monitorDue (planId, monitor, versionId, window) VALUES (?, ?, ?, ?)")
        for window in windows {
            try statement.execute(arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID, window])
        }
    }

    func deleteMonitorDue(_ window: Text, _ seat: MonitorSeat) throws {
        try database.execute(
            sql: "DELETE FROM monitorDue WHERE planId = ? AND monitor = ? AND versionId = ? AND window = ?",
            arguments: [seat.planID, Data(seat.monitor.bytes), seat.versionID, window])
    }
}
