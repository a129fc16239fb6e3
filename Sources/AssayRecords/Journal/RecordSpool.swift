import AssayCanonical
import AssayColumns
package import AssayTerms
import Glibc
import Synchronization

/// Records on their way from a gateway to the registry: kept in journals before they are acknowledged, merged, shipped, then forgotten.
///
/// One thread writes; whoever records waits for the frame its record is in, and all that wait at a moment share one. Journals that are
/// full, or old enough, are closed and can be taken for shipping; a journal of an earlier process is taken first. Nothing blocks those who
/// serve longer than their own record takes, and a record that cannot be kept is counted and said to be not kept.
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
        /// Bytes on the disk beyond which nothing is taken until the registry has taken some.
        package var byteLimit: Int64
        /// After so many milliseconds what there is may be shipped.
        package var patience: Int64

        package init(folder: String, durability: Durability = .disk, byteLimit: Int64 = 8 << 30, patience: Int64 = 2_000) {
            self.folder = folder
            self.durability = durability
            self.byteLimit = byteLimit
            self.patience = patience
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
    }

    /// Records of one closed journal, ready to be shipped.
    package struct Parcel: Sendable {
        package let name: String
        package let segments: [RecordSegment]
        /// Frames that could not be read; they were never acknowledged, or the file was changed.
        package let fault: String?
    }

    private struct Waiting {
        var bytes: [UInt8]
        var done: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var counts = Counts()
        /// Closed journals by name, oldest first.
        var closed: [(name: String, bytes: Int64)] = []
        /// Of the journal that is being written; 0 before its first frame.
        var openBytes: Int64 = 0
        var openedAt: Int64 = 0
        /// Whether somebody waits for the open journal. Only the writing thread closes it, so that no frame comes after.
        var mustClose = false
        var isStopped = false
        var next: UInt64
    }

    private static let journalBytes: Int64 = 16 << 20
    private static let waitingLimit = 16_384

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
        let left = try Self.journals(in: settings.folder)
        var start = State(next: (left.last.flatMap { Self.parts(of: $0.name)?.number } ?? 0) + 1)
        start.closed = left
        start.counts.waitingBytes = left.reduce(0) { $0 + $1.bytes }
        state = Mutex(start)
    }

    /// Keeps the record and answers when it is kept; `false` if it could not be.
    package func keep(_ segment: RecordSegment) async -> Bool {
        let bytes = SegmentWriter.bytes(of: segment)
        return await withCheckedContinuation { done in
            let isTaken = state.withLock { state in
                guard !state.isStopped, state.waiting.count < Self.waitingLimit, state.counts.waitingBytes < settings.byteLimit else {
                    state.counts.lost += 1
                    return false
                }
                state.waiting.append(Waiting(bytes: bytes, done: done))
                return true
            }
            if isTaken { wake.signal() } else { done.resume(returning: false) }
        }
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
                return (taken, state.isStopped)
            }
            if !taken.isEmpty { write(taken, &journal) }
            let mustClose = state.withLock { state in
                defer { state.mustClose = false }
                return state.mustClose || isStopped
            }
            if let open = journal, open.isBroken || open.byteCount >= Self.journalBytes || mustClose && open.byteCount > 0 {
                let closed = (name: open.name, bytes: open.byteCount)
                journal = nil
                state.withLock { state in
                    state.closed.append(closed)
                    state.openBytes = 0
                }
            }
            if isStopped, state.withLock({ $0.waiting.isEmpty }) { return }
        }
    }

    /// Ends ``write()`` once what waits is written.
    package func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    private func write(_ taken: [Waiting], _ journal: inout RecordJournal?) {
        var added: Int64?
        do throws(AssayError) {
            let open = if let journal { journal } else { try begin() }
            journal = open
            let before = open.byteCount
            try open.append(taken.map(\.bytes), settings.durability)
            added = open.byteCount - before
        } catch {}
        state.withLock { state in
            guard let added else {
                state.counts.lost += UInt64(taken.count)
                return
            }
            state.counts.kept += UInt64(taken.count)
            state.counts.waitingBytes += added
            state.openBytes += added
        }
        for one in taken { one.done.resume(returning: added != nil) }
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
        return try RecordJournal(folder: settings.folder, name: Self.name(number, id), cipher: cipher)
    }

    // MARK: Shipping

    /// The oldest journal that may be shipped, merged; `nil` where there is none yet: one that is old enough is closed by the writing
    /// thread, and is there when asked for again. Blocks while it reads.
    package func parcel() throws(AssayError) -> Parcel? {
        let time = now()
        let (name, wakes) = state.withLock { state -> (String?, Bool) in
            if state.closed.isEmpty, state.openBytes > 0, time - state.openedAt >= settings.patience {
                state.mustClose = true
            }
            return (state.closed.first?.name, state.mustClose)
        }
        if wakes { wake.signal() }
        guard let name, let id = Self.parts(of: name)?.id else { return nil }
        var merger = SegmentMerger()
        var fault: String?
        do throws(AssayError) {
            for bytes in try RecordJournal.segments(folder: settings.folder, name: name, cipher: cipher) {
                merger.add(try SegmentReader.segment(from: bytes))
            }
        } catch {
            guard error.code == .corrupt || error.code == .invalidArgument else { throw error }
            fault = error.message
        }
        return Parcel(name: name, segments: merger.segments(.init(spool: id, number: 0)), fault: fault)
    }

    /// Forgets a journal whose records the registry has.
    package func forget(_ parcel: Parcel) {
        unlink("\(settings.folder)/\(parcel.name)")
        state.withLock { state in
            if let place = state.closed.firstIndex(where: { $0.name == parcel.name }) {
                state.counts.waitingBytes -= state.closed[place].bytes
                state.closed.remove(at: place)
            }
            state.counts.shipped += UInt64(parcel.segments.reduce(0) { $0 + $1.rows.rowCount })
        }
    }

    /// Puts a journal aside that nobody can take: its name ends in `.refused`, and nothing of it is lost.
    package func putAside(_ parcel: Parcel) {
        rename("\(settings.folder)/\(parcel.name)", "\(settings.folder)/\(parcel.name).refused")
        state.withLock { state in
            if let place = state.closed.firstIndex(where: { $0.name == parcel.name }) {
                state.counts.waitingBytes -= state.closed[place].bytes
                state.closed.remove(at: place)
            }
        }
    }

    // MARK: Files

    /// The number orders journals that wait at the same time; the random part is who wrote their segments, so that none of an earlier
    /// journal is taken for one of a later.
    private static func name(_ number: UInt64, _ id: [UInt8]) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 12 - min(12, digits.count)) + digits + "-" + Hex.encode(id) + ".journal"
    }

    private static func parts(of name: String) -> (number: UInt64, id: [UInt8])? {
        guard name.hasSuffix(".journal") else { return nil }
        let parts = name.dropLast(".journal".count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), let id = Hex.decode(String(parts[1])), id.count == 16 else { return nil }
        return (number, id)
    }

    private static func journals(in folder: String) throws(AssayError) -> [(name: String, bytes: Int64)] {
        guard let listing = opendir(folder) else {
            throw AssayError(.unreadable, "The folder of records '\(folder)' cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { closedir(listing) }
        var found: [(name: String, bytes: Int64)] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard parts(of: name) != nil else { continue }
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { continue }
            found.append((name, Int64(status.st_size)))
        }
        return found.sorted { $0.name < $1.name }
    }
}
