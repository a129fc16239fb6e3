import AssayCanonical
import AssayColumns
import AssayJSON
import AssayLedgerFormat
import AssayRecords
package import AssayStore
package import AssayTerms

/// Prediction records: what gateways served, and what became known of it later.
///
/// A segment is kept encrypted under a key of its own and entered in the log with its digest, so that neither a row can be changed nor a
/// segment left out without showing, and so that its rows can be erased: its key is destroyed, in backups too.
extension Governance {
    package struct SegmentReceipt: Sendable {
        package var id: String
        package var rowCount: Int
        /// Whether it was known before.
        package var isRepeat: Bool
    }

    /// Takes a segment. The same one may be sent any number of times.
    ///
    /// - Throws: `invalidArgument` for bytes that are no segment; `notFound` for a version that is not there or may not be read;
    ///   `conflict` where the version's files are others, or the same writer and number were something else.
    package func receiveSegment(_ bytes: [UInt8], _ kind: PredictionSegmentRecord.Kind, by principal: Principal) async throws -> SegmentReceipt {
        let segment = try SegmentReader.segment(from: bytes)
        guard segment.kind == (kind == .labels ? .labels : .predictions) else {
            throw AssayError(.invalidArgument, "This is a segment of \(segment.kind == .labels ? "labels" : "predictions"), and it was sent as one of \(kind.rawValue).")
        }
        try NameLimits.require(segment)
        // Written by erasures alone: whoever could hand it in could move rows to other windows.
        guard segment.rows[RecordColumn.position] == nil else {
            throw AssayError(.invalidArgument, "The segment has the column \(RecordColumn.position), which is the server's own; nothing was recorded.")
        }
        guard let number = Int64(exactly: segment.writer.number) else {
            throw AssayError(.invalidArgument, "A segment's number is too large.")
        }
        let digest = SHA256Hasher.digest(of: bytes)
        let now = effects.nowMilliseconds()
        if let known = try await store.read({ try $0.predictionSegment(spool: segment.writer.spool, number: number) }) {
            return try Self.repeated(known, digest)
        }
        let facts = SegmentFacts(segment, arrived: now * 1_000)
        let id = effects.newID()
        let sealed = try useCases.keyring.seal(bytes, domain: Self.domain(ofSegment: id, 0), context: Self.context(ofSegment: id))
        let chunks = AsyncStream<[UInt8]> { continuation in
            continuation.yield(sealed)
            continuation.finish()
        }
        do {
            return try await useCases.blobs.write(chunks, expectedBytes: Int64(sealed.count)) { blob in
                try await store.write { tx in
                    if let known = try tx.predictionSegment(spool: segment.writer.spool, number: number) {
                        throw RepeatedSegment(receipt: try Self.repeated(known, digest))
                    }
                    let about = try self.subject(of: segment, in: tx)
                    let record = try tx.insertPredictionSegment(
                        PredictionSegmentRecord(
                            id: id, kind: kind, spool: segment.writer.spool, number: number, modelID: about.modelID,
                            versionID: about.versionID, version: about.versionID == nil ? nil : segment.version,
                            manifest: about.versionID == nil ? nil : segment.manifest, rowCount: facts.rowCount,
                            answeredCount: facts.answeredCount, firstMicroseconds: facts.first, lastMicroseconds: facts.last,
                            sampling: segment.sampling, digest: digest, blob: blob.id, receivedMilliseconds: now, makerID: principal.id,
                            makerName: principal.name))
                    try self.enter(record, kind == .labels ? "labels.recorded" : "predictions.recorded", by: principal, [:], in: tx)
                    return SegmentReceipt(id: id, rowCount: facts.rowCount, isRepeat: false)
                }
            }
        } catch {
            try? useCases.keyring.destroy(domain: Self.domain(ofSegment: id, 0))
            if let repeated = error as? RepeatedSegment { return repeated.receipt }
            throw error
        }
    }

    private struct RepeatedSegment: Error {
        var receipt: SegmentReceipt
    }

    private static func repeated(_ known: PredictionSegmentRecord, _ digest: SHA256Digest) throws -> SegmentReceipt {
        guard known.digest == digest || known.generation > 0 else {
            throw AssayError(.conflict, "Another segment of this writer and number was recorded before; nothing was changed.")
        }
        return SegmentReceipt(id: known.id, rowCount: known.rowCount, isRepeat: true)
    }

    private func subject(of segment: RecordSegment, in tx: any StoreSnapshot) throws -> (modelID: String, versionID: String?) {
        if segment.kind == .labels {
            guard let model = try tx.registeredModel(named: segment.model) else {
                throw AssayError(.notFound, "There is no registered model '\(segment.model)' to label predictions of.")
            }
            return (model.id, nil)
        }
        let version = try version(tx, model: segment.model, number: segment.version)
        guard version.frozenManifest == segment.manifest else {
            throw AssayError(.conflict, "Version \(segment.version) of \(segment.model) has other files than what was served; nothing was recorded.")
        }
        return (version.modelID, version.id)
    }

    func enter(_ record: PredictionSegmentRecord, _ kind: String, by principal: Principal, _ more: JSONObject, in tx: any StoreTransaction) throws {
        var payload: JSONObject = [
            "segment": .string(record.id), "rows": .integer(Int64(record.rowCount)), "digest": .string(record.digest.hex),
            "first": .integer(record.firstMicroseconds), "last": .integer(record.lastMicroseconds), "model_id": .string(record.modelID),
        ]
        payload["version"] = record.version.map { .integer(Int64($0)) }
        for member in more.members { payload[member.name] = member.value }
        var subjects: [LedgerLeaf.Subject] = []
        if let manifest = record.manifest { subjects.append(LedgerLeaf.Subject(type: "model-version", digest: manifest)) }
        var topics = [LedgerTopic.model(record.modelID)]
        if let version = record.versionID { topics.append(LedgerTopic.version(version)) }
        try useCases.record(
            kind: kind, by: principal, subjects: subjects, topics: topics, domain: LedgerTopic.model(record.modelID),
            payload: .object(payload), in: tx)
    }

    static func domain(ofSegment id: String, _ generation: Int) -> Text { Text("predictions \(id) \(generation)") }
    static func context(ofSegment id: String) -> Text { Text("predictions \(id)") }

    /// What a segment holds; `nil` once it is erased.
    ///
    /// - Throws: `corrupt` if its bytes are not those of its digest.
    package func segmentBytes(_ record: PredictionSegmentRecord) async throws -> [UInt8]? {
        guard let blob = record.blob else { return nil }
        let sealed = try await useCases.blobs.readAll(blob, limit: SegmentReader.byteLimit + 4_096)
        let bytes = try useCases.keyring.open(sealed, context: Self.context(ofSegment: record.id))
        guard SHA256Hasher.digest(of: bytes) == record.digest else {
            throw AssayError(.corrupt, "The prediction segment \(record.id) is not what its digest says. Run `assay audit verify --data-dir`.")
        }
        return bytes
    }

    /// The segments of a model, oldest first, as listed to whoever may read it.
    package func segments(
        ofModel name: Text, _ kind: PredictionSegmentRecord.Kind, version: Int?, in range: Range<Int64>?, after ordinal: Int64 = 0, limit: Int
    ) async throws -> [PredictionSegmentRecord] {
        try await store.read { tx in
            let model = try tx.existingModel(named: name)
            let versionID = try version.map { try tx.existingVersion(Int64($0), ofModelNamed: name).id }
            return try tx.predictionSegments(
                modelID: model.id, kind: kind, versionID: versionID, after: ordinal, in: range, limit: limit)
        }
    }

    /// - Throws: `notFound` for a segment that is not there, or is of another model.
    package func segment(id: String, ofModel name: Text? = nil) async throws -> PredictionSegmentRecord {
        try await store.read { tx in
            guard let record = try tx.predictionSegment(id: id), try name.map({ try tx.existingModel(named: $0).id == record.modelID }) ?? true
            else { throw AssayError(.notFound, "There is no segment of records \(id.prefix(64))\(name.map { " of \($0)" } ?? "").") }
            return record
        }
    }
}

/// What a store has to know of a segment's rows.
private struct SegmentFacts {
    var rowCount: Int
    var answeredCount = 0
    var first: Int64
    var last: Int64

    init(_ segment: RecordSegment, arrived: Int64) {
        rowCount = segment.rows.rowCount
        first = arrived
        last = arrived
        guard segment.kind == .predictions else { return }
        if case .timestamp(let times)? = segment.rows[RecordColumn.time]?.values, let low = times.min(), let high = times.max() {
            (first, last) = (low, high)
        }
        answeredCount = AnsweredRows(segment.rows).rows.count
    }
}
