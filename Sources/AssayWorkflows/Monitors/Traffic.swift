import AssayColumns
import AssayRecords
import AssayStore
import AssayTerms

/// What was recorded of a version, by windows. Segments are opened when a window needs them, and the last few are kept.
final actor Traffic {
    private let governance: Governance
    private let segments: [PredictionSegmentRecord]
    private let labelSegments: [PredictionSegmentRecord]
    nonisolated let through: Int64
    private nonisolated let arrivals: [(ordinal: Int64, first: Int64, last: Int64, answered: Range<Int64>)]
    private nonisolated let lastLabel: Int64
    private var opened: [Text: RowBlock] = [:]
    private var order: [Text] = []
    private var labels: LabelIndex?

    private static let openedLimit = 64
    private static let pageLimit = 1_000_000

    init(_ watched: WatchedVersion, _ governance: Governance) async throws {
        self.governance = governance
        let version = watched.version
        let (segments, labels) = try await governance.store.read { tx in
            (
                try tx.predictionSegments(
                    modelID: version.modelID, kind: .predictions, versionID: version.id, after: 0, in: nil, limit: Self.pageLimit),
                try tx.predictionSegments(
                    modelID: version.modelID, kind: .labels, versionID: nil, after: 0, in: nil, limit: Self.pageLimit)
            )
        }
        self.segments = segments
        labelSegments = labels
        lastLabel = labels.last?.ordinal ?? 0
        through = max(segments.last?.ordinal ?? 0, lastLabel)
        arrivals = segments.map {
            ($0.ordinal, $0.firstMicroseconds, $0.lastMicroseconds, $0.answeredBefore..<$0.answeredBefore + Int64($0.answeredCount))
        }
    }

    /// Whether a window may say something else than when it was judged.
    nonisolated func hasNews(for window: MonitorWindow, since through: Int64) -> Bool {
        if lastLabel > through { return true }
        guard case .time(let range) = window else { return false }
        return arrivals.contains { $0.ordinal > through && $0.last >= range.lowerBound && $0.first < range.upperBound }
    }

    func rows(of window: MonitorWindow) async throws -> WindowRows {
        var parts: [(record: PredictionSegmentRecord, block: RowBlock)] = []
        for record in segments where Self.mayHold(record, window) {
            guard let block = try await block(record) else { continue }
            parts.append((record, block))
        }
        return try WindowRows(parts, labels: try await labelIndex(), through: through) { record, block in
            let answered = AnsweredRows(block).rows
            switch window {
            case .rows(let range):
                return answered.indices.filter { range.contains(record.answeredBefore + Int64($0)) }.map { answered[$0] }
            case .time(let range):
                guard case .timestamp(let times)? = block[RecordColumn.time]?.values else { return [] }
                return answered.filter { range.contains(times[$0]) }
            case .batch(let name):
                let names = BatchNames(block)
                return answered.filter { names[$0] == name }
            }
        }
    }

    /// Names of batches in segments that arrived after an ordinal, of which nothing arrived since a moment.
    func batches(after ordinal: Int64, quietSince milliseconds: Int64) async throws -> [Text] {
        var newest: [Text: Int64] = [:]
        var found: [Text] = []
        for record in segments where record.ordinal > ordinal {
            guard let block = try await block(record) else { continue }
            let names = BatchNames(block)
            for name in names.distinct {
                if newest[name] == nil { found.append(name) }
                newest[name] = record.receivedMilliseconds
            }
        }
        return found.filter { (newest[$0] ?? .max) <= milliseconds }
    }

    private static func mayHold(_ record: PredictionSegmentRecord, _ window: MonitorWindow) -> Bool {
        switch window {
        case .rows(let range):
            record.answeredBefore < range.upperBound && record.answeredBefore + Int64(record.answeredCount) > range.lowerBound
        case .time(let range): record.lastMicroseconds >= range.lowerBound && record.firstMicroseconds < range.upperBound
        case .batch: true
        }
    }

    /// `nil` once it is erased.
    private func block(_ record: PredictionSegmentRecord) async throws -> RowBlock? {
        let id = Text(record.id)
        if let known = opened[id] { return known }
        guard let bytes = try await governance.segmentBytes(record) else { return nil }
        let block = try SegmentReader.segment(from: bytes).rows
        opened[id] = block
        order.append(id)
        if order.count > Self.openedLimit { opened[order.removeFirst()] = nil }
        return block
    }

    private func labelIndex() async throws -> LabelIndex {
        if let labels { return labels }
        var index = LabelIndex()
        for record in labelSegments {
            guard let bytes = try await governance.segmentBytes(record) else { continue }
            index.add(try SegmentReader.segment(from: bytes).rows)
        }
        labels = index
        return index
    }
}

/// Which batch each row belongs to: what the client called it, or its request where that has many rows.
private struct BatchNames {
    private var names: [Text?]
    private(set) var distinct: [Text] = []

    subscript(row: Int) -> Text? { names[row] }

    init(_ block: RowBlock) {
        names = [Text?](repeating: nil, count: block.rowCount)
        let named = block[RecordColumn.batch]
        if let ids = RecordIDs(block) {
            var counts: [RecordID: Int] = [:]
            let requests = (0..<block.rowCount).map { row in RecordID(high: ids[row].high, low: ids[row].low, row: 0) }
            for request in requests { counts[request, default: 0] += 1 }
            for row in names.indices where counts[requests[row]] ?? 0 >= MonitorWindow.batchRows { names[row] = Text(requests[row].request) }
        }
        if let named { for row in names.indices { if let value = named.value(at: row) { names[row] = value.name } } }
        var seen: Set<Text> = []
        for name in names { if let name, seen.insert(name).inserted { distinct.append(name) } }
    }
}
