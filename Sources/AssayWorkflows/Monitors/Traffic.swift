import AssayColumns
import AssayRecords
import AssayStore
import AssayTerms

/// What was recorded of a version, by windows. Segments are opened when a window needs them, without the columns that nobody asked for, and
/// those of the last windows are kept.
final actor Traffic {
    private let governance: Governance
    private let version: GovernedVersion
    private let wish: TrafficColumns
    private let hasLabels: Bool
    /// Segments up to this ordinal are looked at.
    nonisolated let through: Int64
    private var opened: [(ordinal: Int64, segment: Opened)] = []

    /// Numbers that are kept of opened segments, some 128 MiB.
    private static let openedLimit = 16 << 20
    private static let pageLimit = 64
    /// Numbers of one window, some 1.6 GB at most; what is larger is said to be.
    static let windowLimit = 200_000_000

    private struct Opened: Sendable {
        var block: RowBlock
        var answered: [Int]
        /// With failures.
        var served: [Int]
        var batches: BatchNames?
        /// Of each row; `nil` where no row was erased.
        var positions: [Int64]?
    }

    init(_ version: GovernedVersion, _ governance: Governance, columns wish: TrafficColumns) async throws {
        self.governance = governance
        self.version = version
        self.wish = wish
        let (predictions, labels) = try await governance.store.read { tx in
            (try tx.newestPredictions(versionID: version.id)?.ordinal ?? 0, try tx.lastPredictionOrdinal(modelID: version.modelID, kind: .labels))
        }
        hasLabels = labels > 0
        through = max(predictions, labels)
    }

    /// - Parameter withFailures: whether rows count that nobody was answered with.
    /// - Throws: `unreadable` where a column changed its type within the window.
    func rows(of window: MonitorWindow, withFailures: Bool) async throws -> WindowRows {
        var table: GrowingTable?
        var digests: [SHA256Digest] = []
        for record in try await segments(of: window) {
            try Task.checkCancellation()
            guard let segment = try await open(record) else { continue }
            let chosen = Self.choose(window, record, segment, withFailures)
            guard !chosen.isEmpty else { continue }
            digests.append(record.digest)
            let block = segment.block
            var rows =
                chosen.count == block.rowCount ? block : RowBlock(rowCount: chosen.count, columns: block.columns.map { $0.gathered(chosen) })
            if wish.numbered, !withFailures { rows = Self.numbered(rows, chosen, record, segment) }
            guard table?.fits(rows, limit: .max) ?? true else {
                throw AssayError(.unreadable, "a column of the requests changed its type within the window")
            }
            let cells = ((table?.rowCount ?? 0) + rows.rowCount) * max(1, rows.columns.count)
            guard cells <= Self.windowLimit else {
                throw AssayError(
                    .limitExceeded, "the window has more than \(Self.windowLimit / max(1, rows.columns.count)) rows, which is more than is looked at together; take a shorter one")
            }
            if table == nil { table = GrowingTable(rows) } else { table?.append(rows) }
        }
        guard let table else { return WindowRows(nil, segments: [], through: through) }
        return WindowRows(try await labelled(table.block), segments: digests, through: through)
    }

    private func segments(of window: MonitorWindow) async throws -> [PredictionSegmentRecord] {
        let id = version.id
        return try await governance.store.read { tx in
            switch window {
            case .rows(let range): try tx.predictionSegments(versionID: id, answered: range)
            case .time(let range):
                try tx.predictionSegments(versionID: id, ordinals: tx.trafficOrdinals(subject: id, in: TrafficListing.hours(of: range)))
            case .batch(let name):
                try tx.predictionSegments(
                    versionID: id, ordinals: tx.trafficOrdinals(subject: id, in: Text("batch \(name)")...Text("batch \(name)")))
            }
        }
    }

    /// The rows of a segment that are in the window, by number within the segment.
    private static func choose(
        _ window: MonitorWindow, _ record: PredictionSegmentRecord, _ segment: Opened, _ withFailures: Bool
    ) -> [Int] {
        let candidates = withFailures ? segment.served : segment.answered
        switch window {
        case .rows(let range):
            let first = Int(clamping: range.lowerBound - record.answeredBefore)
            let end = Int(clamping: range.upperBound - record.answeredBefore)
            if let positions = segment.positions {
                return candidates.filter { (first..<max(first, end)).contains(Int(clamping: positions[$0])) }
            }
            guard withFailures else {
                let low = min(max(0, first), segment.answered.count)
                return Array(segment.answered[low..<max(low, min(end, segment.answered.count))])
            }
            // A failure belongs to the window of the answer that comes next.
            var before = 0
            return candidates.filter { row in
                while before < segment.answered.count, segment.answered[before] < row { before += 1 }
                return first <= before && before < end
            }
        case .time(let range):
            guard case .timestamp(let times)? = segment.block[RecordColumn.time]?.values else { return [] }
            // Before 1970 a clock is wrong; such rows are of the first hour.
            return candidates.filter { range.contains(max(0, times[$0])) }
        case .batch(let name):
            guard let names = segment.batches else { return [] }
            return candidates.filter { names[$0] == name }
        }
    }

    /// Answered rows with their numbers among all answers of the version, which no erasure changes.
    private static func numbered(
        _ rows: RowBlock, _ chosen: [Int], _ record: PredictionSegmentRecord, _ segment: Opened
    ) -> RowBlock {
        var next = 0
        let numbers = chosen.map { row -> Int64 in
            if let positions = segment.positions { return record.answeredBefore + positions[row] }
            while next < segment.answered.count, segment.answered[next] < row { next += 1 }
            return record.answeredBefore + Int64(next)
        }
        let column = Column(name: RecordColumn.position, values: .int64(numbers))
        return RowBlock(rowCount: rows.rowCount, columns: rows.columns.filter { $0.name != RecordColumn.position } + [column])
    }

    /// `nil` once it is erased.
    private func open(_ record: PredictionSegmentRecord) async throws -> Opened? {
        if let known = opened.first(where: { $0.ordinal == record.ordinal }) { return known.segment }
        guard let bytes = try await governance.segmentBytes(record) else { return nil }
        let wish = wish
        var block = try SegmentReader.segment(from: bytes, keeping: wish.keeps).rows
        let positions = AnswerPositions(block).gapped
        // It tells rows' places, and is nothing that a check looks at.
        if positions != nil { block = RowBlock(rowCount: block.rowCount, columns: block.columns.filter { $0.name != RecordColumn.position }) }
        let segment = Opened(
            block: block, answered: AnsweredRows(block).rows, served: wish.withFailures ? AnsweredRows(block, withFailures: true).rows : [],
            batches: wish.batches ? BatchNames(block) : nil, positions: positions)
        opened.append((record.ordinal, segment))
        while opened.count > 1, opened.reduce(0, { $0 + $1.segment.block.rowCount * ($1.segment.block.columns.count + 1) }) > Self.openedLimit {
            opened.removeFirst()
        }
        return segment
    }

    /// With the labels of its rows, where something is asked for that the requests do not have.
    private func labelled(_ block: RowBlock) async throws -> RowBlock {
        guard hasLabels, wish.asksMore(than: block) else { return block }
        var join = LabelJoin(block)
        var after: Int64 = 0
        let modelID = version.modelID
        while true {
            let start = after
            let page = try await governance.store.read { tx in
                try tx.predictionSegments(modelID: modelID, kind: .labels, versionID: nil, after: start, in: nil, limit: Self.pageLimit)
            }
            guard let last = page.last, after < through else { return join.joined() }
            for record in page where record.ordinal <= through {
                try Task.checkCancellation()
                guard let bytes = try await governance.segmentBytes(record) else { continue }
                join.add(try SegmentReader.labels(from: bytes))
            }
            after = last.ordinal
        }
    }
}
