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

        func rows(of block: RowBlock) -> Set<Int> {
            var found: Set<Int> = []
            if !ids.isEmpty, let all = RecordIDs(block) {
                for row in 0..<block.rowCount where ids.contains(all[row]) { found.insert(row) }
            }
            found.formUnion(Self.rows(of: block, block[RecordColumn.reference], references))
            return found.union(rows(ofColumnIn: block))
        }

        func rows(ofColumnIn block: RowBlock) -> Set<Int> {
            column.map { Self.rows(of: block, block[RecordColumn.recorded($0)], values) } ?? []
        }

        private static func rows(of block: RowBlock, _ column: Column?, _ wanted: Set<Text>) -> Set<Int> {
            guard let column, !wanted.isEmpty else { return [] }
            return Set((0..<block.rowCount).filter { row in column.value(at: row).map { wanted.contains($0.name) } ?? false })
        }
    }

    package struct Erasure: Sendable {
        package var rowCount = 0
        package var segmentCount = 0
    }

    /// Writes each segment that has such rows anew without them, under another key, and destroys the old key and file; labels that name them
    /// go first, so that asking again after an interruption still finds what they are called.
    ///
    /// - Throws: `notFound` for a model that is not there; `conflict` under a legal hold; what reading a segment throws: those before it are
    ///   done then, and asking again goes on.
    /// - Complexity: reads all of the model's segments, those of predictions twice where labels name values that others may have.
    package func erasePredictions(ofModel name: Text, _ request: ErasureRequest, by principal: Principal) async throws -> Erasure {
        let modelID = try await store.read { tx in
            let model = try tx.existingModel(named: name)
            try UseCases.requireNoHold(onModel: model.id, for: Self.erasureWords, tx)
            return model.id
        }
        let (names, found) = try await names(of: request, model: name, modelID)
        var erasure = Erasure()
        func note(_ count: Int) {
            erasure.rowCount += count
            erasure.segmentCount += count > 0 ? 1 : 0
        }
        try await forEachSegment(ofModel: name, .labels) { record in
            note(
                try await erase(in: record, by: principal) { block in
                    names.rows(ofLabels: block).union(request.rows(ofColumnIn: block))
                })
        }
        for id in found { note(try await erase(in: segment(id: id), by: principal, request.rows(of:))) }
        return erasure
    }

    private static let erasureWords = "The erasure of prediction records"

    private func forEachSegment(
        ofModel name: Text, _ kind: PredictionSegmentRecord.Kind, _ body: (PredictionSegmentRecord) async throws -> Void
    ) async throws {
        var ordinal: Int64 = 0
        while true {
            let page = try await segments(ofModel: name, kind, version: nil, in: nil, after: ordinal, limit: 100)
            guard let last = page.last else { return }
            ordinal = last.ordinal
            for record in page { try await body(record) }
        }
    }

    /// What the rows are called, and the ids of the segments that have some.
    private func names(
        of request: ErasureRequest, model name: Text, _ modelID: String
    ) async throws -> (names: ErasedNames, segments: [String]) {
        try await TrafficListing(governance: self).list(labelsOf: modelID)
        let ways = Set(
            try await store.read { try $0.trafficParts(subject: modelID, in: TrafficListing.ways) }.map { Text(String($0.string.dropFirst("by ".count))) }
        ).subtracting(["id"])
        var names = ErasedNames(request)
        var found: [String] = []
        try await forEachSegment(ofModel: name, .predictions) { record in
            guard let bytes = try await segmentBytes(record) else { return }
            let block = try SegmentReader.segment(from: bytes).rows
            let rows = request.rows(of: block)
            guard !rows.isEmpty else { return }
            found.append(record.id)
            names.note(rows, of: block, ways: ways)
        }
        guard names.mayBeShared else { return (names, found) }
        try await forEachSegment(ofModel: name, .predictions) { record in
            guard names.mayBeShared, let bytes = try await segmentBytes(record) else { return }
            let block = try SegmentReader.segment(from: bytes).rows
            names.leaveOut(allBut: request.rows(of: block), of: block)
        }
        return (names, found)
    }

    private func erase(
        in record: PredictionSegmentRecord, by principal: Principal, _ rows: (RowBlock) -> Set<Int>
    ) async throws -> Int {
        guard let bytes = try await segmentBytes(record) else { return 0 }
        var segment = try SegmentReader.segment(from: bytes)
        let gone = rows(segment.rows)
        guard !gone.isEmpty else { return 0 }
        if record.kind == .predictions {
            segment.rows = AnswerPositions.erasing(gone, of: segment.rows)
        } else {
            let kept = (0..<segment.rows.rowCount).filter { !gone.contains($0) }
            segment.rows = RowBlock(rowCount: kept.count, columns: segment.rows.columns.map { $0.gathered(kept) })
        }
        try await replace(record, by: Self.rewritten(segment, record), erased: gone.count, principal, why: "request")
        return gone.count
    }

    /// A segment's bytes; `nil` where no row is left.
    ///
    /// - Throws: `limitExceeded` for one that could not be read any more, by its bytes or by the column that erasing adds: before anything is destroyed.
    private static func rewritten(_ segment: RecordSegment, _ record: PredictionSegmentRecord) throws(AssayError) -> [UInt8]? {
        guard segment.rows.rowCount > 0 else { return nil }
        let bytes = SegmentWriter.bytes(of: segment)
        guard segment.rows.columns.count <= SegmentReader.columnLimit, bytes.count <= SegmentReader.byteLimit else {
            throw AssayError(
                .limitExceeded,
                "The segment \(record.id) without these rows has \(segment.rows.columns.count) columns and \(bytes.count) bytes, and at most "
                    + "\(SegmentReader.columnLimit) and \(SegmentReader.byteLimit) can be kept. Nothing of it was erased; name all of its rows to "
                    + "erase it whole.")
        }
        return bytes
    }

    /// Forgets all segments whose last row is older than the model's retention; those of models under a legal hold wait until it is released.
    ///
    /// - Returns: how many.
    /// - Throws: what kept the first of them from being forgotten, once all others are.
    package func expirePredictions() async throws -> Int {
        let now = effects.nowMilliseconds()
        var count = 0
        var problem: (any Error)?
        for model in try await store.read({ try $0.predictedModelIDs() }) {
            let ids = try await store.read { tx -> [String] in
                guard let days = try Self.predictionRetention(tx, modelID: model), try !UseCases.isHeld(model: model, tx) else { return [] }
                return try tx.predictionSegments(modelID: model, endedBefore: (now - days * 86_400_000) * 1_000)
            }
            for id in ids {
                try Task.checkCancellation()
                do {
                    let record = try await segment(id: id)
                    try await replace(record, by: nil, erased: record.rowCount - record.erasedRowCount, .server, why: "retention")
                    count += 1
                } catch {
                    problem = problem ?? error
                }
            }
        }
        if let problem { throw problem }
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
                // A hold that was placed in the meantime counts.
                try UseCases.requireNoHold(onModel: changed.modelID, for: Self.erasureWords, tx)
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
