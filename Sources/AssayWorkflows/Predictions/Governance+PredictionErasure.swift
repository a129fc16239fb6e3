import AssayCanonical
import AssayColumns
import AssayJSON
package import AssayRecords
import AssayStore
package import AssayTerms

/// Erasing prediction records: by whom they are about, and by age.
extension Governance {
    /// Which rows are erased: those of the ids, those with the references, and those with a value in a recorded column.
    package struct ErasureRequest: Sendable {
        package var ids: Set<RecordID> = []
        package var references: Set<Text> = []
        package var column: Text?
        package var values: Set<Text> = []

        package init() {}

        fileprivate func rows(of block: RowBlock) -> Set<Int> {
            var found: Set<Int> = []
            if !ids.isEmpty, let all = RecordIDs(block) {
                for row in 0..<block.rowCount where ids.contains(all[row]) { found.insert(row) }
            }
            func note(_ column: Column?, _ wanted: Set<Text>) {
                guard let column, !wanted.isEmpty else { return }
                for row in 0..<block.rowCount { if let value = column.value(at: row), wanted.contains(value.name) { found.insert(row) } }
            }
            note(block[RecordColumn.reference], references)
            if let column { note(block[RecordColumn.recorded(column)], values) }
            return found
        }
    }

    package struct Erasure: Sendable {
        package var rowCount = 0
        package var segmentCount = 0
    }

    /// Writes each segment that has such rows anew without them, under another key, and destroys the old key and file.
    ///
    /// - Throws: `notFound` for a model that is not there; what reading a segment throws: those before it are done then, and asking
    ///   again goes on.
    package func erasePredictions(ofModel name: Text, _ request: ErasureRequest, by principal: Principal) async throws -> Erasure {
        var erasure = Erasure()
        var ordinal: Int64 = 0
        for kind in PredictionSegmentRecord.Kind.allCases {
            ordinal = 0
            while true {
                let page = try await segments(ofModel: name, kind, version: nil, in: nil, after: ordinal, limit: 100)
                guard let last = page.last else { break }
                ordinal = last.ordinal
                for record in page {
                    let count = try await erase(request, in: record, by: principal)
                    erasure.rowCount += count
                    erasure.segmentCount += count > 0 ? 1 : 0
                }
            }
        }
        return erasure
    }

    private func erase(_ request: ErasureRequest, in record: PredictionSegmentRecord, by principal: Principal) async throws -> Int {
        guard let bytes = try await segmentBytes(record) else { return 0 }
        var segment = try SegmentReader.segment(from: bytes)
        let gone = request.rows(of: segment.rows)
        guard !gone.isEmpty else { return 0 }
        let kept = (0..<segment.rows.rowCount).filter { !gone.contains($0) }
        segment.rows = RowBlock(rowCount: kept.count, columns: segment.rows.columns.map { $0.gathered(kept) })
        try await replace(record, by: kept.isEmpty ? nil : SegmentWriter.bytes(of: segment), erased: gone.count, principal, why: "request")
        return gone.count
    }

    /// Forgets all segments whose last row is older than the model's retention.
    ///
    /// - Returns: how many.
    package func expirePredictions() async throws -> Int {
        let now = effects.nowMilliseconds()
        var count = 0
        for model in try await store.read({ try $0.predictedModelIDs() }) {
            let ids = try await store.read { tx -> [String] in
                guard let days = try Self.predictionRetention(tx, modelID: model) else { return [] }
                return try tx.predictionSegments(modelID: model, endedBefore: (now - days * 86_400_000) * 1_000)
            }
            for id in ids {
                let record = try await segment(id: id)
                try await replace(record, by: nil, erased: record.rowCount - record.erasedRowCount, .server, why: "retention")
                count += 1
            }
        }
        return count
    }

    private func replace(
        _ record: PredictionSegmentRecord, by bytes: [UInt8]?, erased: Int, _ principal: Principal, why: String
    ) async throws {
        var after = record
        after.generation += 1
        after.erasedRowCount += erased
        let domain = Self.domain(ofSegment: record.id, record.generation)
        let update: @Sendable (PredictionSegmentRecord) async throws -> Void = { [self] changed in
            try await store.write { tx in
                guard let standing = try tx.predictionSegment(id: changed.id), standing.generation == record.generation else {
                    throw AssayError(.conflict, "The segment \(changed.id) was changed at the same time; ask again.")
                }
                try tx.updatePredictionSegment(changed)
                try self.enter(
                    changed, "predictions.erased", by: principal,
                    ["erased": .integer(Int64(erased)), "why": .string(why), "generation": .integer(Int64(changed.generation))], in: tx)
            }
        }
        if let bytes {
            after.digest = SHA256Hasher.digest(of: bytes)
            let sealed = try useCases.keyring.seal(
                bytes, domain: Self.domain(ofSegment: record.id, after.generation), context: Self.context(ofSegment: record.id))
            let chunks = AsyncStream<[UInt8]> { continuation in
                continuation.yield(sealed)
                continuation.finish()
            }
            let pending = after
            try await useCases.blobs.write(chunks, expectedBytes: Int64(sealed.count)) { blob in
                var changed = pending
                changed.blob = blob.id
                try await update(changed)
            }
        } else {
            after.blob = nil
            try await update(after)
        }
        // The record speaks of the new bytes already: whatever fails from here on is swept later.
        try useCases.keyring.destroy(domain: domain)
        if let blob = record.blob { try await useCases.blobs.remove(blob) }
    }

    // MARK: Retention

    private static func retentionName(_ modelID: String) -> String { "predictions.retention-days:\(modelID)" }

    static func predictionRetention(_ tx: any StoreSnapshot, modelID: String) throws -> Int64? {
        try tx.metaValue(retentionName(modelID)).flatMap { Int64($0) }
    }

    /// For how many days a model's prediction records are kept; `nil` for ever.
    ///
    /// - Throws: `notFound` for a model that is not there.
    package func predictionRetention(ofModel name: Text) async throws -> Int64? {
        try await store.read { tx in try Self.predictionRetention(tx, modelID: tx.existingModel(named: name).id) }
    }

    /// - Throws: `invalidArgument` for a number of days that is not from 1 to 36,500.
    package func setPredictionRetention(ofModel name: Text, days: Int64?, by principal: Principal) async throws {
        if let days, !(1...36_500).contains(days) {
            throw AssayError(.invalidArgument, "Prediction records are kept for 1 to 36500 days, or for ever, not for \(days).")
        }
        try await store.write { tx in
            let model = try tx.existingModel(named: name)
            let before = try Self.predictionRetention(tx, modelID: model.id)
            guard before != days else { return }
            try tx.setMetaValue(days.map(String.init) ?? "", for: Self.retentionName(model.id))
            try useCases.record(
                kind: "predictions.retention-set", by: principal, topics: [LedgerTopic.model(model.id)],
                domain: LedgerTopic.model(model.id),
                payload: [
                    "model_id": .string(model.id), "from": before.map { .integer($0) } ?? .null, "to": days.map { .integer($0) } ?? .null,
                ], in: tx)
        }
    }
}
