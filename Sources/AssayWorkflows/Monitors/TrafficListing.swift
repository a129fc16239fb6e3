import AssayColumns
import AssayRecords
import AssayStore
import AssayTerms

/// Writes down which hours and batches segments hold rows of, and what labels are joined by, so that a window's segments are found without
/// opening the others. A segment is opened for it once.
struct TrafficListing: Sendable {
    private static let pageLimit = 64

    let governance: Governance

    static let hour: Int64 = 3_600_000_000
    static let hours: ClosedRange<Text> = "hour "..."hour ~"
    static let batches: ClosedRange<Text> = "batch "..."batci"
    static let ways: ClosedRange<Text> = "by "..."bz"

    /// Columns that labels have.
    static let columnNames: ClosedRange<Text> = "column "..."columo"
    /// Segments that cannot be read.
    static let lost: ClosedRange<Text> = "lost "..."losu"
    /// Of a segment that cannot be read, by its record, at most so many.
    private static let lostHours = 24 * 366

    /// The columns that a model's labels have beside the label itself, by their own names.
    static func joinedColumns(_ tx: any StoreSnapshot, modelID: String) throws -> Set<Text> {
        Set(try tx.trafficParts(subject: modelID, in: columnNames).map { Text(String($0.string.dropFirst("column ".count))) })
    }

    /// What is wrong with segments that could not be read and are there still, in words.
    func lost(of version: GovernedVersion) async throws -> [String] {
        try await governance.store.read { tx in
            try [version.id, version.modelID].flatMap { try tx.trafficParts(subject: $0, in: Self.lost) }.compactMap { part -> String? in
                let id = String(part.string.dropFirst("lost ".count))
                guard try tx.predictionSegment(id: id)?.blob != nil else { return nil }
                return "the segment \(id) cannot be read; windows with its rows are incomplete. Run `assay audit verify --data-dir`."
            }
        }
    }

    static func hour(_ microseconds: Int64) -> Text { Text("hour " + MonitorWindow.padded(max(0, microseconds) / hour * hour)) }
    /// Of the hours of a window.
    static func hours(of range: Range<Int64>) -> ClosedRange<Text> { hour(range.lowerBound)...hour(range.upperBound - hour) }
    static func start(ofHour part: Text) -> Int64? { Int64(part.string.dropFirst("hour ".count)) }
    static func name(ofBatch part: Text) -> Text? { part.string.hasPrefix("batch ") ? Text(String(part.string.dropFirst("batch ".count))) : nil }

    /// Lists what arrived of a version. Failures count, what a rollout only compared does not.
    func list(version: GovernedVersion) async throws {
        try await list(version.id, model: version.modelID, .predictions, version: version.id) { block in
            let served = AnsweredRows(block, withFailures: true).rows
            var parts: Set<Text> = []
            if case .timestamp(let times)? = block[RecordColumn.time]?.values {
                var hours: Set<Int64> = []
                for row in served { hours.insert(max(0, times[row]) / Self.hour) }
                for hour in hours { parts.insert(Self.hour(hour * Self.hour)) }
            }
            let names = BatchNames(block)
            for row in served { if let name = names[row] { parts.insert(Text("batch \(name)")) } }
            return parts
        }
    }

    /// Lists by which columns a model's labels are joined.
    func list(labelsOf modelID: String) async throws {
        try await list(modelID, model: modelID, .labels, version: nil) { block in
            let own: Set<Text> = [RecordColumn.reference, RecordColumn.by, RecordColumn.label]
            var parts = Set(block.columns.map(\.name).filter { !own.contains($0) }.map { Text("column \(RecordColumn.original($0) ?? $0)") })
            guard let by = block[RecordColumn.by] else { return parts.union(["by id"]) }
            for row in 0..<block.rowCount { parts.insert(Text("by \(by.value(at: row)?.name ?? "id")")) }
            return parts
        }
    }

    private func list(
        _ subject: String, model: String, _ kind: PredictionSegmentRecord.Kind, version: String?, parts: (RowBlock) -> Set<Text>
    ) async throws {
        var after = try await governance.store.read { try $0.trafficListed(subject: subject) }
        while true {
            let start = after
            let segments = try await governance.store.read { tx in
                try tx.predictionSegments(modelID: model, kind: kind, versionID: version, after: start, in: nil, limit: Self.pageLimit)
            }
            guard let last = segments.last else { return }
            var found: [TrafficPart] = []
            for record in segments {
                try Task.checkCancellation()
                found += try await self.parts(of: record, parts).sorted().map {
                    TrafficPart(part: $0, ordinal: record.ordinal, receivedMilliseconds: record.receivedMilliseconds)
                }
            }
            let listed = found
            try await governance.store.write { try $0.insertTrafficParts(listed, subject: subject, through: last.ordinal) }
            after = last.ordinal
        }
    }

    /// A segment that cannot be read is looked for by its times, so that its windows say that it is missing.
    private func parts(of record: PredictionSegmentRecord, _ parts: (RowBlock) -> Set<Text>) async throws -> Set<Text> {
        do {
            guard let bytes = try await governance.segmentBytes(record) else { return [] }
            let all = record.kind == .labels
            return parts(try SegmentReader.segment(from: bytes) { all || Self.columns.contains($0) }.rows)
        } catch {
            guard let problem = error as? AssayError, problem.isAboutOneThing else { throw error }
            guard record.kind == .predictions else { return [Text("lost \(record.id)")] }
            let last = max(0, record.lastMicroseconds) / Self.hour
            let first = max(max(0, record.firstMicroseconds) / Self.hour, last - Int64(Self.lostHours))
            return Set((first...max(first, last)).map { Self.hour($0 * Self.hour) }).union([Text("lost \(record.id)")])
        }
    }

    private static let columns: Set<Text> = [
        RecordColumn.idHigh, RecordColumn.idLow, RecordColumn.row, RecordColumn.time, RecordColumn.status, RecordColumn.arm, RecordColumn.batch,
        RecordColumn.by,
    ]
}
