import AssayColumns
import AssayTerms
import Foundation
import Synchronization
import Testing

@testable import AssayRecords

@Suite struct RecordSpoolTests {
    private let folder: String
    private let key = [UInt8](repeating: 9, count: 32)

    init() throws {
        folder = NSTemporaryDirectory() + "spool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func spool(_ now: @escaping @Sendable () -> Int64 = { 0 }, limit: Int64 = 1 << 30) throws -> RecordSpool {
        try RecordSpool(.init(folder: folder, durability: .system, byteLimit: limit, patience: 0), key: key, now: now)
    }

    /// Records `count` single rows, stops, and says how many were acknowledged.
    private func fill(_ spool: RecordSpool, _ range: Range<Int>) async -> Int {
        let writing = Writing(spool)
        let kept = await withTaskGroup(of: Bool.self) { group in
            for row in range {
                group.addTask { await spool.keep(SegmentTests.segment(rows: 1, seed: UInt64(row), shift: Int64(row))) }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        spool.stop()
        while !writing.isOver { try? await Task.sleep(for: .milliseconds(1)) }
        return kept
    }

    private func rows(_ spool: RecordSpool) throws -> [Int64] {
        var rows: [Int64] = []
        while let parcel = try spool.parcel() {
            #expect(parcel.fault == nil)
            for segment in parcel.segments {
                guard case .int64(let numbers)? = segment.rows[RecordColumn.row]?.values else { continue }
                rows += numbers
            }
            spool.forget(parcel)
        }
        return rows
    }

    @Test func whatIsAcknowledgedIsShippedOnce() async throws {
        let first = try spool()
        #expect(await fill(first, 0..<500) == 500)
        // Another process finds it, under numbers that follow.
        let second = try spool()
        #expect(await fill(second, 500..<700) == 200)
        let third = try spool()
        #expect(try rows(third).sorted() == (0..<700).map { Int64($0) })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(third.counts.waitingBytes == 0)
    }

    /// A folder that was emptied begins anew, and its segments are nobody else's.
    @Test func writersAreNeverUsedTwice() async throws {
        var writers: Set<RecordSegment.Writer> = []
        for round in 0..<4 {
            #expect(await fill(try spool(), round..<round + 1) == 1)
            let after = try spool()
            let parcel = try #require(try after.parcel())
            let again = try #require(try after.parcel())
            #expect(parcel.segments.map(\.writer) == again.segments.map(\.writer))
            for segment in parcel.segments { #expect(writers.insert(segment.writer).inserted) }
            after.forget(parcel)
        }
    }

    @Test func aFrameThatWasCutShortIsLeftOutAndTheRestKept() async throws {
        #expect(await fill(try spool(), 0..<3) == 3)
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
        let path = "\(folder)/\(file)"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for extra in [1, 4, 15, 40] {
            try (whole + whole.prefix(extra)).write(to: URL(fileURLWithPath: path))
            let parcel = try #require(try spool().parcel())
            #expect(parcel.fault == nil)
            #expect(parcel.segments.reduce(0) { $0 + $1.rows.rowCount } == 3)
        }
    }

    @Test func aChangedFrameIsToldAndNotShipped() async throws {
        #expect(await fill(try spool(), 0..<3) == 3)
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
        let path = "\(folder)/\(file)"
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[30] ^= 1
        // A second frame behind it: what is changed is not merely unfinished.
        try Data(bytes + bytes).write(to: URL(fileURLWithPath: path))
        let spool = try spool()
        let parcel = try #require(try spool.parcel())
        #expect(parcel.fault?.contains("was changed") == true)
        spool.putAside(parcel)
        #expect(try spool.parcel() == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [file + ".refused"])
    }

    @Test func beyondItsLimitNothingIsTaken() async throws {
        let spool = try spool(limit: 1)
        // The first frame is taken, as nothing waits; what comes after its bytes count is not.
        #expect(await fill(spool, 0..<1) == 1)
        let full = try self.spool(limit: 1)
        #expect(await fill(full, 0..<4) == 0)
        #expect(full.counts.lost == 4)
    }

    @Test func aFolderThatIsGoneLosesNothingSilently() async throws {
        let spool = try spool()
        try FileManager.default.removeItem(atPath: folder)
        #expect(await fill(spool, 0..<3) == 0)
        #expect(spool.counts.lost == 3 && spool.counts.kept == 0)
    }
}

/// The writing thread of a spool.
private final class Writing: Sendable {
    private let over = Mutex(false)

    var isOver: Bool { over.withLock { $0 } }

    init(_ spool: RecordSpool) {
        Thread.detachNewThread { [self] in
            spool.write()
            over.withLock { $0 = true }
        }
    }
}
