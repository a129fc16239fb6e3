import AssayCanonical
import AssayColumns
package import AssayTerms
import Glibc
import Synchronization

/// Records on their way from a gateway to the registry: kept in journals before they are acknowledged, merged, shipped, then forgotten.
///
/// One thread writes; whoever records waits for the frame its record is in, and all that wait at a moment share one. Journals that are
/// full, or old enough, are closed and can be taken for shipping; a journal of an earlier process is taken first. Nothing blocks those who
/// serve longer than their own record takes, or the deadline where a disk hangs, and a record that cannot be kept is counted and said to be
/// not kept. (Some of a lost record's rows can be there all the same: those whose frame was written, or was by the time the disk came back.)
package final class RecordSpool: Sendable {
    /// How a record is kept before it is acknowledged.
    package enum Durability: String, Sendable, CaseIterable {
        /// On the disk: survives the machine.
        case disk
        /// With the operating system: survives the process.
        case system
    }

    package struct Settings: Sendable {
        package var folder: String
        package var durability: Durability
        /// Bytes on the disk, those put aside with them, beyond which nothing is taken until the registry has taken some.
        package var byteLimit: Int64
        /// After so many milliseconds what there is may be shipped.
        package var patience: Int64
        /// A record that is not kept after so many milliseconds counts as lost; see ``RecordSpool/expire()``.
        package var deadline: Int64
        /// Whether what was put aside is tried again.
        package var retriesRefused: Bool

        package init(
            folder: String, durability: Durability = .disk, byteLimit: Int64 = 8 << 30, patience: Int64 = 2_000, deadline: Int64 = 5_000,
            retriesRefused: Bool = false
        ) {
            self.folder = folder
            self.durability = durability
            self.byteLimit = byteLimit
            self.patience = patience
            self.deadline = deadline
            self.retriesRefused = retriesRefused
        }
    }

    /// What a gateway tells about it.
    package struct Counts: Sendable {
        package var kept: UInt64 = 0
        /// Requests whose record could not be kept.
        package var lost: UInt64 = 0
        package var shipped: UInt64 = 0
        /// Bytes in journals that are not shipped.
        package var waitingBytes: Int64 = 0
        /// Bytes in journals that were put aside.
        package var refusedBytes: Int64 = 0
    }

    /// Records of one closed journal, ready to be shipped.
    package struct Parcel: Sendable {
        package let name: String
        package let segments: [RecordSegment]
        /// Why there may be more that could not be read: the file was changed, cut short, or holds what is none of ours.
        package let fault: String?
    }

    private struct Closed {
        let name: String
        let bytes: Int64
        /// Whether this process closed it, so that it ends as a closed one does.
        var isWhole = false
        /// Numbers of segments that the registry has.
        var shipped: Set<UInt64> = []
        var failures = 0
        /// When it is tried again.
        var due = Int64.min
    }

    private struct State {
        var waiting: [PendingRecord] = []
        var waitingBytes = 0
        /// What the writing thread is at.
        var writing: [PendingRecord] = []
        /// Whether the writing thread has been at one batch for longer than the deadline.
        var isStuck = false
        var counts = Counts()
        /// Closed journals by name, oldest first.
        var closed: [Closed] = []
        /// Of the journal that is being written; 0 before its first frame.
        var openBytes: Int64 = 0
        var openedAt: Int64 = 0
        /// Whether somebody waits for the open journal. Only the writing thread closes it, so that no frame comes after.
        var mustClose = false
        var isStopped = false
        var next: UInt64
    }

    private static let journalBytes: Int64 = 16 << 20
    /// Of one frame, unless one segment is larger.
    private static let frameBytes = SegmentPieces.byteLimit
    private static let waitingLimit = 16_384
    private static let waitingBytesLimit = 128 << 20
    private static let firstDelay: Int64 = 5_000
    private static let greatestDelay: Int64 = 600_000

    private let settings: Settings
    private let cipher: AES256GCM
    private let state: Mutex<State>
    private let wake = Signal()
    private let now: @Sendable () -> Int64

    /// Opens the folder with its key, and finds what an earlier process left.
    ///
    /// - Parameters:
    ///   - now: milliseconds of a clock that only goes forward.
    /// - Throws: `unreadable` where the folder cannot be listed.
    package init(_ settings: Settings, key: [UInt8], now: @escaping @Sendable () -> Int64) throws(AssayError) {
        self.settings = settings
        self.now = now
        cipher = try AES256GCM(key: key)
        var (left, refused) = try JournalFiles.list(settings.folder)
        if settings.retriesRefused, !refused.isEmpty {
            for file in refused { rename("\(settings.folder)/\(file.name)", "\(settings.folder)/\(file.name.dropLast(JournalFiles.refused.count))") }
            (left, refused) = try JournalFiles.list(settings.folder)
        }
        let names = left.map(\.name) + refused.map { String($0.name.dropLast(JournalFiles.refused.count)) }
        var start = State(next: (names.compactMap { JournalFiles.parts(of: $0)?.number }.max() ?? 0) + 1)
        start.closed = left.map { Closed(name: $0.name, bytes: $0.bytes) }
        start.counts.waitingBytes = left.reduce(0) { $0 + $1.bytes }
        start.counts.refusedBytes = refused.reduce(0) { $0 + $1.bytes }
        state = Mutex(start)
    }

    /// Keeps the record and answers when it is kept; `false` if it could not be, or was not within the deadline.
    package func keep(_ segment: RecordSegment) async -> Bool { await keep([segment]) }

    /// Keeps what is one record in several segments.
    package func keep(_ segments: [RecordSegment]) async -> Bool {
        let bytes = segments.map { SegmentWriter.bytes(of: $0) }
        let time = now()
        return await withCheckedContinuation { done in
            let pending = PendingRecord(bytes, since: time, done)
            let isTaken = state.withLock { state in
                // What nobody could read again is not kept.
                guard !state.isStopped, !state.isStuck, bytes.allSatisfy({ $0.count <= SegmentReader.byteLimit }),
                    state.waiting.count < Self.waitingLimit,
                    state.waiting.isEmpty || state.waitingBytes + pending.byteCount <= Self.waitingBytesLimit,
                    state.counts.waitingBytes + state.counts.refusedBytes < settings.byteLimit
                else {
                    state.counts.lost += 1
                    return false
                }
                state.waiting.append(pending)
                state.waitingBytes += pending.byteCount
                return true
            }
            if isTaken { wake.signal() } else { pending.answer(false) }
        }
    }

    /// Answers those who have waited longer than the deadline that their record is not kept. Called now and then by another thread than
    /// the writing one, which a disk may hold up.
    package func expire() {
        let time = now()
        let late = state.withLock { state in
            let isLate = { (pending: PendingRecord) in time - pending.since > self.settings.deadline }
            let late = state.waiting.filter(isLate)
            state.waiting.removeAll(where: isLate)
            state.waitingBytes -= late.reduce(0) { $0 + $1.byteCount }
            let held = state.writing.filter(isLate)
            if !held.isEmpty { state.isStuck = true }
            return late + held
        }
        let count = late.count { $0.answer(false) }
        if count > 0 { state.withLock { $0.counts.lost += UInt64(count) } }
    }

    package var counts: Counts { state.withLock { $0.counts } }

    /// Writes until ``stop()``; on a thread of its own.
    package func write() {
        var journal: RecordJournal?
        while true {
            wake.wait()
            let (taken, isStopped) = state.withLock { state in
                let taken = state.waiting
                state.waiting = []
                state.waitingBytes = 0
                state.writing = taken
                return (taken, state.isStopped)
            }
            if !taken.isEmpty { write(taken, &journal) }
            let mustClose = state.withLock { state in
                defer { state.mustClose = false }
                return state.mustClose || isStopped
            }
            if let open = journal, open.isBroken || open.byteCount >= Self.journalBytes || mustClose && open.byteCount > 0 {
                close(open)
                journal = nil
            }
            if isStopped, state.withLock({ $0.waiting.isEmpty }) { return }
        }
    }

    /// Ends ``write()`` once what waits is written.
    package func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    private func write(_ taken: [PendingRecord], _ journal: inout RecordJournal?) {
        var kept = [Bool](repeating: true, count: taken.count)
        var segments: [(record: Int, bytes: [UInt8])] = []
        for (record, pending) in taken.enumerated() { for bytes in pending.segments { segments.append((record, bytes)) } }
        var first = 0
        while first < segments.count {
            var (end, size) = (first + 1, segments[first].bytes.count)
            while end < segments.count, size + segments[end].bytes.count <= Self.frameBytes {
                size += segments[end].bytes.count
                end += 1
            }
            if !writeFrame(segments[first..<end].map(\.bytes), &journal) { for place in first..<end { kept[segments[place].record] = false } }
            first = end
        }
        var (answered, lost): (UInt64, UInt64) = (0, 0)
        for (pending, isKept) in zip(taken, kept) where pending.answer(isKept) {
            if isKept { answered += 1 } else { lost += 1 }
        }
        state.withLock { state in
            state.writing = []
            state.isStuck = false
            state.counts.kept += answered
            state.counts.lost += lost
        }
    }

    private func writeFrame(_ segments: [[UInt8]], _ journal: inout RecordJournal?) -> Bool {
        do throws(AssayError) {
            if let full = journal, full.isBroken || full.byteCount >= Self.journalBytes {
                close(full)
                journal = nil
            }
            let open = if let journal { journal } else { try begin() }
            journal = open
            let before = open.byteCount
            try open.append(segments, settings.durability)
            let added = open.byteCount - before
            state.withLock { state in
                state.counts.waitingBytes += added
                state.openBytes += added
            }
            return true
        } catch {
            return false
        }
    }

    private func close(_ open: RecordJournal) {
        let before = open.byteCount
        let isWhole = !open.isBroken && (try? open.finish(settings.durability)) != nil
        state.withLock { state in
            state.counts.waitingBytes += open.byteCount - before
            state.closed.append(Closed(name: open.name, bytes: open.byteCount, isWhole: isWhole))
            state.openBytes = 0
        }
    }

    private func begin() throws(AssayError) -> RecordJournal {
        let time = now()
        let number = state.withLock { state in
            defer { state.next += 1 }
            state.openedAt = time
            return state.next
        }
        var generator = SystemRandomNumberGenerator()
        let id = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return try RecordJournal(folder: settings.folder, name: JournalFiles.name(number, id), cipher: cipher, durability: settings.durability)
    }

    // MARK: Shipping

    /// The oldest journal that may be shipped now, merged, without what the registry has of it; `nil` where there is none yet: one that is
    /// old enough is closed by the writing thread, and is there when asked for again. Blocks while it reads.
    ///
    /// What is wrong with a journal is its ``Parcel/fault``, and keeps no other from being shipped.
    package func parcel() -> Parcel? {
        let time = now()
        let (found, wakes) = state.withLock { state -> (Closed?, Bool) in
            let found = state.closed.first { $0.due <= time }
            if found == nil, state.openBytes > 0, time - state.openedAt >= settings.patience { state.mustClose = true }
            return (found, state.mustClose)
        }
        if wakes { wake.signal() }
        guard let found, let id = JournalFiles.parts(of: found.name)?.id else { return nil }
        var merger = SegmentMerger()
        var fault: String?
        do throws(AssayError) {
            let contents = try RecordJournal.segments(folder: settings.folder, name: found.name, cipher: cipher, isClosed: found.isWhole)
            fault = contents.fault
            for bytes in contents.segments { fault = Self.add(bytes, to: &merger) ?? fault }
        } catch {
            fault = error.message
        }
        let segments = merger.segments(.init(spool: id, number: 0)).filter { !found.shipped.contains($0.writer.number) }
        return Parcel(name: found.name, segments: segments, fault: fault)
    }

    /// - Returns: what is wrong with a segment that cannot be added.
    private static func add(_ bytes: [UInt8], to merger: inout SegmentMerger) -> String? {
        do throws(AssayError) {
            merger.add(try SegmentReader.segment(from: bytes))
            return nil
        } catch {
            return error.message
        }
    }

    /// Notes that the registry has a segment of a journal, which is not shipped again by this process.
    package func note(shipped segment: RecordSegment, of parcel: Parcel) {
        state.withLock { state in
            state.counts.shipped += UInt64(segment.rows.rowCount)
            guard let place = state.closed.firstIndex(where: { $0.name == parcel.name }) else { return }
            state.closed[place].shipped.insert(segment.writer.number)
        }
    }

    /// Tries a journal again later: after five seconds, then after twice as long each time, up to ten minutes. Others go before it.
    package func postpone(_ parcel: Parcel) {
        let time = now()
        state.withLock { state in
            guard let place = state.closed.firstIndex(where: { $0.name == parcel.name }) else { return }
            let delay = min(Self.greatestDelay, Self.firstDelay << Int64(min(state.closed[place].failures, 10)))
            state.closed[place].failures += 1
            state.closed[place].due = time + delay
        }
    }

    /// Forgets a journal whose records the registry has.
    package func forget(_ parcel: Parcel) {
        unlink("\(settings.folder)/\(parcel.name)")
        state.withLock { _ = remove(parcel, from: &$0) }
    }

    /// Puts a journal aside that cannot be taken as it is: its name ends in `.refused`, and nothing of it is lost. Its bytes still count
    /// against the limit, and ``Settings/retriesRefused`` has it tried again.
    package func putAside(_ parcel: Parcel) {
        let isMoved = rename("\(settings.folder)/\(parcel.name)", "\(settings.folder)/\(parcel.name)\(JournalFiles.refused)") == 0
        state.withLock { state in
            let bytes = remove(parcel, from: &state)
            // One that somebody took away takes no room.
            if isMoved { state.counts.refusedBytes += bytes }
        }
    }

    private func remove(_ parcel: Parcel, from state: inout State) -> Int64 {
        guard let place = state.closed.firstIndex(where: { $0.name == parcel.name }) else { return 0 }
        let bytes = state.closed.remove(at: place).bytes
        state.counts.waitingBytes -= bytes
        return bytes
    }
}
