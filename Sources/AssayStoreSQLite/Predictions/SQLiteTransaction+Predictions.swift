import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func predictionSegment(id: String) throws -> PredictionSegmentRecord? {
        try predictionSegments("WHERE id = ?", [id]).first(where: seesRecords)
    }

    func predictionSegment(spool: [UInt8], number: Int64) throws -> PredictionSegmentRecord? {
        try predictionSegments("WHERE spool = ? AND number = ?", [Data(spool), number]).first(where: seesRecords)
    }

    func predictionSegments(
        modelID: String, kind: PredictionSegmentRecord.Kind, versionID: String?, after ordinal: Int64, in range: Range<Int64>?, limit: Int
    ) throws -> [PredictionSegmentRecord] {
        guard try sees(model: modelID) else { return [] }
        note(TouchedObject(.model, Text(modelID)))
        var condition = "WHERE modelId = ? AND kind = ? AND ordinal > ?"
        var arguments: StatementArguments = [modelID, kind.rawValue, ordinal]
        if let versionID {
            condition += " AND versionId = ?"
            arguments += [versionID]
        }
        if let range {
            condition += " AND lastTime >= ? AND firstTime < ?"
            arguments += [range.lowerBound, range.upperBound]
        }
        return try predictionSegments(condition + " ORDER BY ordinal LIMIT ?", arguments + [limit])
    }

    func lastPredictionOrdinal(modelID: String, kind: PredictionSegmentRecord.Kind) throws -> Int64 {
        guard try sees(model: modelID) else { return 0 }
        return try Int64.fetchOne(
            database, sql: "SELECT max(ordinal) FROM predictionSegment WHERE modelId = ? AND kind = ?", arguments: [modelID, kind.rawValue]) ?? 0
    }

    func predictionTotals(versionID: String) throws -> PredictionTotals? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*), sum(rowCount), sum(answeredCount), sum(erasedRowCount), min(firstTime), max(lastTime), min(modelId)
                FROM predictionSegment WHERE versionId = ?
                """, arguments: [versionID])
        guard let row, let model: String = row[6], try sees(model: model) else { return nil }
        return PredictionTotals(
            segmentCount: row[0], rowCount: row[1], answeredCount: row[2], erasedRowCount: row[3], firstMicroseconds: row[4],
            lastMicroseconds: row[5])
    }

    func predictedModelIDs() throws -> [String] {
        // One look into the index for each model, however many segments there are.
        try String.fetchAll(
            database,
            sql: """
                WITH RECURSIVE found (id) AS (
                    SELECT min(modelId) FROM predictionSegment
                    UNION ALL SELECT (SELECT min(modelId) FROM predictionSegment WHERE modelId > found.id) FROM found WHERE found.id IS NOT NULL)
                SELECT id FROM found WHERE id IS NOT NULL
                """
        ).filter { try sees(model: $0) }
    }

    func predictionSegments(modelID: String, endedBefore microseconds: Int64) throws -> [String] {
        guard try sees(model: modelID) else { return [] }
        return try String.fetchAll(
            database, sql: "SELECT id FROM predictionSegment WHERE modelId = ? AND blob IS NOT NULL AND lastTime < ? ORDER BY ordinal",
            arguments: [modelID, microseconds])
    }

    func insertPredictionSegment(_ segment: PredictionSegmentRecord) throws -> PredictionSegmentRecord {
        let isTaken = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM predictionSegment WHERE spool = ? AND number = ?)",
            arguments: [Data(segment.spool), segment.number]) ?? false
        guard !isTaken else { throw AssayError(.alreadyExists, "There is a segment of this writer and number already.") }
        note(TouchedObject(.model, Text(segment.modelID)))
        var inserted = segment
        inserted.answeredBefore = try segment.versionID.flatMap { try newestPredictions(versionID: $0)?.answered } ?? 0
        try database.execute(
            sql: """
                INSERT INTO predictionSegment (id, kind, spool, number, modelId, versionId, version, manifest, rowCount, answeredCount,
                    answeredBefore, firstTime, lastTime, sampling, digest, blob, generation, erasedRowCount, receivedTime, makerId, makerName)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                segment.id, segment.kind.rawValue, Data(segment.spool), segment.number, segment.modelID, segment.versionID, segment.version,
                segment.manifest.map { Data($0.bytes) }, segment.rowCount, segment.answeredCount, inserted.answeredBefore,
                segment.firstMicroseconds, segment.lastMicroseconds, segment.sampling, Data(segment.digest.bytes), segment.blob?.hex,
                segment.generation, segment.erasedRowCount, segment.receivedMilliseconds, segment.makerID, segment.makerName,
            ])
        inserted.ordinal = database.lastInsertedRowID
        return inserted
    }

    func updatePredictionSegment(_ segment: PredictionSegmentRecord) throws {
        note(TouchedObject(.model, Text(segment.modelID)))
        try database.execute(
            sql: "UPDATE predictionSegment SET digest = ?, blob = ?, generation = ?, erasedRowCount = ? WHERE id = ?",
            arguments: [Data(segment.digest.bytes), segment.blob?.hex, segment.generation, segment.erasedRowCount, segment.id])
    }

    private func seesRecords(_ segment: PredictionSegmentRecord) throws -> Bool {
        guard try sees(model: segment.modelID) else { return false }
        note(TouchedObject(.model, Text(segment.modelID)))
        return true
    }

    func predictionSegments(_ condition: String, _ arguments: StatementArguments) throws -> [PredictionSegmentRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM predictionSegment \(condition)", arguments: arguments).map { row in
            let hasManifest = (row["manifest"] as Data?) != nil
            return PredictionSegmentRecord(
                ordinal: row["ordinal"], id: row["id"], kind: try row.word("kind"), spool: row.bytes("spool"), number: row["number"],
                modelID: row["modelId"], versionID: row["versionId"], version: row["version"],
                manifest: hasManifest ? try row.digest("manifest") : nil, rowCount: row["rowCount"], answeredCount: row["answeredCount"],
                answeredBefore: row["answeredBefore"], firstMicroseconds: row["firstTime"], lastMicroseconds: row["lastTime"],
                sampling: row["sampling"], digest: try row.digest("digest"), blob: (row["blob"] as String?).flatMap { BlobID(hex: $0) },
                generation: row["generation"], erasedRowCount: row["erasedRowCount"], receivedMilliseconds: row["receivedTime"],
                makerID: row["makerId"], makerName: row["makerName"])
        }
    }
}
