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
        while let parcel = spool.parcel() {
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
            let parcel = try #require(after.parcel())
            let again = try #require(after.parcel())
            #expect(parcel.segments.map(\.writer) == again.segments.map(\.writer))
            for segment in parcel.segments { #expect(writers.insert(segment.writer).inserted) }
            after.forget(parcel)
        }
    }

    @Test func aFrameThatWasCutShortIsLeftOutAndTheRestKept() async throws {
        #expect(await fill(try spool(), 0..<3) == 3)
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
        let path = "\(folder)/\(file)"
        // As if the process had ended before it closed the file.
        let whole = try Data(contentsOf: URL(fileURLWithPath: path)).dropLast(RecordJournal.closingBytes)
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
        let parcel = try #require(spool.parcel())
        #expect(parcel.fault?.contains("was changed") == true)
        spool.putAside(parcel)
        #expect(spool.parcel() == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [file + ".refused"])
    }

    /// What was closed whole and is cut or changed at its end is told, though it might look like a crash; what is before it is shipped.
    @Test func theDamagedEndOfAClosedJournalIsTold() async throws {
        for row in 0..<3 { #expect(await fill(try spool(), row..<row + 1) == 1) }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files.count == 3)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(files[0])")))
        // The last byte of the only frame: nothing but the end follows.
        bytes[bytes.count - RecordJournal.closingBytes - 1] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(files[0])"))
        let spool = try spool()
        let damaged = try #require(spool.parcel())
        #expect(damaged.fault?.contains("changed") == true && damaged.segments.isEmpty)
        spool.putAside(damaged)
        #expect(spool.counts.refusedBytes == Int64(bytes.count))
        // Others go on.
        #expect(try rows(spool) == [1, 2])
    }

    @Test func theEndOfAJournalThatThisProcessClosedMayNotBeMissing() async throws {
        let spool = try spool()
        #expect(await fill(spool, 0..<1) == 1)
        let path = "\(folder)/\(try #require(FileManager.default.contentsOfDirectory(atPath: folder).first))"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast(RecordJournal.closingBytes).write(to: URL(fileURLWithPath: path))
        let parcel = try #require(spool.parcel())
        #expect(parcel.fault?.contains("cut short") == true)
        #expect(parcel.segments.map(\.rows.rowCount) == [1])
    }

    /// What is wrong with one journal keeps no other waiting, and what was put aside can be tried again.
    @Test func whatIsPutAsideCountsAndIsTriedAgainWhenAskedFor() async throws {
        for row in 0..<2 { #expect(await fill(try spool(), row..<row + 1) == 1) }
        let first = try spool()
        first.putAside(try #require(first.parcel()))
        let aside = first.counts.refusedBytes
        #expect(aside > 0)
        let full = try spool(limit: aside)
        full.forget(try #require(full.parcel()))
        #expect(full.counts.waitingBytes == 0 && full.counts.refusedBytes == aside)
        #expect(await fill(full, 5..<6) == 0, "what was put aside takes room")
        let again = try RecordSpool(.init(folder: folder, durability: .system, retriesRefused: true), key: key, now: { 0 })
        #expect(again.counts.refusedBytes == 0)
        #expect(try rows(again) == [0])
    }

    @Test func aJournalThatIsPostponedLetsOthersGoFirst() async throws {
        for row in 0..<2 { #expect(await fill(try spool(), row..<row + 1) == 1) }
        let clock = Clock()
        let spool = try spool({ clock.time })
        let first = try #require(spool.parcel())
        spool.note(shipped: first.segments[0], of: first)
        for delay: Int64 in [5_000, 10_000, 20_000] {
            spool.postpone(first)
            #expect(spool.parcel()?.name != first.name)
            clock.pass(delay)
            let again = try #require(spool.parcel())
            #expect(again.name == first.name && again.segments.isEmpty, "what the registry has is not sent again")
        }
        spool.forget(first)
        #expect(spool.counts.shipped == 1)
        #expect(try rows(spool) == [1])
    }

    /// A disk that hangs holds nobody up beyond the deadline: here nothing is written at all.
    @Test func whoWaitsBeyondTheDeadlineIsTold() async throws {
        let clock = Clock()
        let spool = try spool({ clock.time })
        async let kept = spool.keep(SegmentTests.segment(rows: 1, seed: 1))
        while spool.counts.lost == 0 {
            clock.pass(6_000)
            spool.expire()
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(await kept == false)
        #expect(spool.counts.lost == 1)
    }

    /// A record larger than a reader takes goes in pieces, and comes out whole.
    @Test func aLargeRecordIsDivided() async throws {
        let rows = 100_000
        let columns = SegmentTests.segment(rows: rows, seed: 1).rows.columns
            + (0..<100).map { place in Column(name: Text("x\(place)"), values: .double([Double](repeating: Double(place), count: rows))) }
        var large = SegmentTests.segment(rows: 1, seed: 1)
        large = RecordSegment(
            model: large.model, version: large.version, manifest: large.manifest, writer: large.writer,
            rows: RowBlock(rowCount: rows, columns: columns))
        #expect(SegmentWriter.bytes(of: large).count > SegmentReader.byteLimit)
        let pieces = SegmentPieces.of(large)
        for piece in pieces {
            let bytes = SegmentWriter.bytes(of: piece).count
            #expect(bytes <= SegmentPieces.bytes(of: piece.rows) && bytes <= SegmentPieces.byteLimit)
        }
        let spool = try spool()
        let writing = Writing(spool)
        #expect(await spool.keep(large) == false, "as one it could not be read again")
        #expect(await spool.keep(pieces))
        spool.stop()
        while !writing.isOver { try? await Task.sleep(for: .milliseconds(1)) }
        #expect(try self.rows(spool) == (0..<rows).map { Int64($0) })
    }

    /// What fits by rows and not by bytes begins another segment.
    @Test func mergedSegmentsCanBeRead() throws {
        let rows = 60_000
        var merger = SegmentMerger()
        for part in 0..<4 {
            let columns = SegmentTests.segment(rows: rows, seed: 1, shift: Int64(part * rows)).rows.columns
                + (0..<30).map { place in Column(name: Text("x\(place)"), values: .double([Double](repeating: 1, count: rows))) }
            let one = SegmentTests.segment(rows: 1, seed: 1)
            merger.add(
                RecordSegment(
                    model: one.model, version: one.version, manifest: one.manifest, writer: one.writer,
                    rows: RowBlock(rowCount: rows, columns: columns)))
        }
        let merged = merger.segments(.init(spool: [UInt8](repeating: 1, count: 16), number: 0))
        #expect(merged.count > 1 && merged.reduce(0) { $0 + $1.rows.rowCount } == 4 * rows)
        for segment in merged { #expect(SegmentWriter.bytes(of: segment).count <= SegmentMerger.byteLimit) }
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

private final class Clock: Sendable {
    private let now = Mutex<Int64>(0)

    var time: Int64 { now.withLock { $0 } }

    func pass(_ milliseconds: Int64) { now.withLock { $0 += milliseconds } }
}
