import AssayCanonical
import AssayData
import AssayServer
import AssayStore
import AssayTerms
import Glibc
import Synchronization

/// The jobs of a gateway: one folder each, with the data set until the job has ended and the result from then on.
///
/// Folders have mode 0700 and files 0600. What a job's state is stands in its folder, so that a start after a fault can say truthfully
/// what became of it. At most ``limit`` jobs are kept; one thread at a time changes a job's files.
final class JobStore: Sendable {
    struct Refusal: Error {
        let message: String
        let retrySeconds: Int64
    }

    private struct State {
        var jobs: [String: GatewayJob] = [:]
        /// Waiting ones, the oldest first.
        var queue: [String] = []
        /// Whose callers want them stopped.
        var stopped: Set<String> = []
        /// Bodies that are being received.
        var arriving: [Text: Int] = [:]
        var isClosing = false
        var rows: UInt64 = 0
    }

    private static let limit = 1_000
    private static let idBytes = 16
    private static let descriptionLimit = 64 << 10

    let folder: String
    let byteLimit: Int64
    let keptHours: Int
    private let waitingLimit: Int
    private let lock: FileLock
    private let state = Mutex(State())
    private let wake: AsyncStream<Void>.Continuation
    /// Yields when there may be a job to begin.
    let wakes: AsyncStream<Void>

    /// Opens the folder. What was not at its end when the gateway before this one ended has failed, and says so.
    ///
    /// - Throws: `conflict` if another gateway has it; `unavailable` where it cannot be made.
    init?(_ options: JobOptions) throws(AssayError) {
        guard let folder = options.jobs else { return nil }
        self.folder = folder
        byteLimit = Int64(options.jobLimit) << 20
        keptHours = options.jobHours
        waitingLimit = options.waitingJobs
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try Disk.createDirectory(folder)
        lock = try FileLock("\(folder)/lock", refusal: "The folder of jobs '\(folder)' is used by another gateway; give each one of its own.")
        for name in try Self.names(in: folder) {
            guard let bytes = try? Disk.read(path(name, "job.json"), limit: Self.descriptionLimit), var job = GatewayJob(kept: bytes), job.id == name else {
                // Its body was being received; nobody was told of it.
                remove(name)
                continue
            }
            if !job.state.hasEnded {
                job.message = "The gateway ended before the job did, after \(job.rowsDone) rows. Hand it in again."
                job.state = .failed
                job.ended = Self.now()
                clear(name)
                try? keep(job)
            }
            state.withLock { $0.jobs[name] = job }
        }
    }

    static func now() -> Int64 { GatewayRecorder.time() / 1_000 }

    // MARK: Files

    func path(_ id: String, _ file: String) -> String { "\(folder)/\(id)/\(file)" }

    private static func make(_ path: String) throws(AssayError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw AssayError(.unavailable, "The folder of jobs '\(path)' cannot be made: \(Disk.errorText()).")
        }
    }

    /// Folders that are named as jobs are; nothing else in the folder is touched.
    private static func names(in folder: String) throws(AssayError) -> [String] {
        try entries(of: folder).filter { name in
            name.utf8.count == 2 * idBytes && name.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        }.sorted()
    }

    private static func entries(of folder: String) throws(AssayError) -> [String] {
        guard let directory = opendir(folder) else {
            throw AssayError(.unavailable, "The folder of jobs '\(folder)' cannot be read: \(Disk.errorText()).")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func keep(_ job: GatewayJob) throws(AssayError) {
        try Disk.replace(path(job.id, "job.json"), job.kept, mode: 0o600)
    }

    private func remove(_ id: String) {
        clear(id)
        rmdir("\(folder)/\(id)")
    }

    /// Takes away the job's files, those that a killed gateway had begun to write among them.
    private func clear(_ id: String) {
        for name in (try? Self.entries(of: "\(folder)/\(id)")) ?? [] { unlink(path(id, name)) }
    }

    // MARK: Arriving

    /// A place for a body that is about to be received; ``hasArrived(_:)`` or ``hasNotArrived(_:caller:)`` has to follow.
    ///
    /// - Throws: ``Refusal`` where too much waits, of the caller or of all.
    func begin(_ caller: Text) throws -> String {
        let id = SecureRandom.bytes(Self.idBytes).map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
        let refusal = state.withLock { state -> Refusal? in
            if state.isClosing { return Refusal(message: "The gateway is stopping. Hand the job in again when it is back.", retrySeconds: 30) }
            let arriving = state.arriving.values.reduce(0, +)
            let own = state.arriving[caller, default: 0] + state.jobs.values.count { $0.caller == caller && $0.state == .waiting }
            guard own < waitingLimit, arriving + state.queue.count < waitingLimit else {
                return Refusal(message: "\(own < waitingLimit ? "All" : "This caller's") places for waiting jobs are taken. Hand the job in when one has begun.", retrySeconds: 30)
            }
            guard state.jobs.count + arriving < Self.limit else {
                return Refusal(message: "\(Self.limit) jobs are kept, as many as may be. Remove some that have ended, with DELETE.", retrySeconds: 60)
            }
            state.arriving[caller, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
        do {
            try Self.make("\(folder)/\(id)")
        } catch {
            hasNotArrived(id, caller: caller)
            throw error
        }
        return id
    }

    /// Puts a job whose body is down into the queue.
    func hasArrived(_ job: GatewayJob) throws(AssayError) {
        try keep(job)
        state.withLock { state in
            state.jobs[job.id] = job
            state.queue.append(job.id)
            Self.leave(job.caller, &state)
        }
        wake.yield()
    }

    func hasNotArrived(_ id: String, caller: Text) {
        remove(id)
        state.withLock { Self.leave(caller, &$0) }
    }

    private static func leave(_ caller: Text, _ state: inout State) {
        let left = state.arriving[caller, default: 1] - 1
        state.arriving[caller] = left > 0 ? left : nil
    }

    // MARK: Looking

    /// Of a caller, the newest first.
    func jobs(of caller: Text) -> [GatewayJob] {
        state.withLock { $0.jobs.values.filter { $0.caller == caller } }.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    }

    /// - Throws: `notFound` for one of somebody else as for none.
    func job(_ id: String, of caller: Text) throws(AssayError) -> GatewayJob {
        guard let job = state.withLock({ $0.jobs[id] }), job.caller == caller else {
            throw AssayError(.notFound, "There is no job '\(id.prefix(64))' of this caller here; GET /jobs lists them.")
        }
        return job
    }

    /// Jobs by state, and rows scored since the start.
    var counts: (jobs: [GatewayJob.State: Int], rows: UInt64) {
        state.withLock { state in (Dictionary(state.jobs.values.map { ($0.state, 1) }, uniquingKeysWith: +), state.rows) }
    }

    // MARK: Working

    /// The next one, begun; `nil` where none waits.
    func next() -> GatewayJob? {
        let job = state.withLock { state -> GatewayJob? in
            guard !state.isClosing, !state.queue.isEmpty, var job = state.jobs[state.queue.removeFirst()] else { return nil }
            job.state = .running
            job.started = Self.now()
            state.jobs[job.id] = job
            return job
        }
        if let job { try? keep(job) }
        return job
    }

    /// Says who scores a job that has begun.
    func settle(_ job: GatewayJob) throws(AssayError) {
        state.withLock { $0.jobs[job.id] = job }
        try keep(job)
    }

    /// Notes that a job is about to be counted for its rollout: one that the gateway does not outlive is rather not counted than twice.
    ///
    /// - Returns: whether the note is down; a job without it is not to be counted.
    func keepCounted(_ id: String) -> Bool {
        guard var job = state.withLock({ $0.jobs[id] }) else { return false }
        job.isCounted = true
        guard (try? keep(job)) != nil else { return false }
        state.withLock { $0.jobs[id]?.isCounted = true }
        return true
    }

    /// The data sets of kept jobs that a rollout has counted.
    func counted(rollout: String) -> [SHA256Digest] {
        state.withLock { $0.jobs.values.filter { $0.isCounted && $0.rollout == rollout }.map(\.digest) }
    }

    func note(_ id: String, rows: Int, of all: Int64?) {
        state.withLock { state in
            state.jobs[id]?.rowsDone += Int64(rows)
            state.jobs[id]?.rowsInAll = all
            state.rows += UInt64(rows)
        }
    }

    /// - Throws: `conflict` where the job is to go no further.
    func requireWanted(_ id: String) throws(AssayError) {
        let (isStopped, isClosing) = state.withLock { ($0.stopped.contains(id), $0.isClosing) }
        if isStopped { throw AssayError(.conflict, "cancelled") }
        if isClosing { throw AssayError(.conflict, "The gateway was stopped while the job was under way. Hand it in again.") }
    }

    /// Ends a job that ran; its data set goes.
    ///
    /// - Parameter fault: why it did not succeed.
    func end(_ id: String, fault: String?) {
        let job = state.withLock { state -> GatewayJob? in
            guard var job = state.jobs[id] else { return nil }
            let isCancelled = state.stopped.remove(id) != nil && fault != nil
            job.state = fault == nil ? .succeeded : isCancelled ? .cancelled : .failed
            job.ended = Self.now()
            if fault == nil { job.rowsInAll = job.rowsDone }
            job.message = isCancelled ? "Cancelled after \(job.rowsDone) rows; there is no result." : fault
            state.jobs[id] = job
            return job
        }
        unlink(path(id, "input"))
        if let job { try? keep(job) }
    }

    /// Cancels a job that has not ended, and removes one that has.
    ///
    /// - Returns: the job as it is then, and whether it was removed.
    func delete(_ id: String, of caller: Text) throws(AssayError) -> (job: GatewayJob, isRemoved: Bool) {
        var job = try self.job(id, of: caller)
        let isRemoved = state.withLock { state in
            job = state.jobs[id] ?? job
            switch job.state {
            case .waiting:
                state.queue.removeAll { $0 == id }
                job.state = .cancelled
                job.ended = Self.now()
                job.message = "Cancelled before it began."
                state.jobs[id] = job
                return false
            case .running:
                state.stopped.insert(id)
                return false
            case .succeeded, .failed, .cancelled:
                state.jobs[id] = nil
                return true
            }
        }
        if isRemoved {
            remove(id)
        } else if job.state == .cancelled {
            unlink(path(id, "input"))
            try? keep(job)
        }
        return (job, isRemoved)
    }

    /// Removes what ended long enough ago.
    func sweep() {
        let oldest = Self.now() - Int64(keptHours) * 3_600_000
        let gone = state.withLock { state -> [String] in
            let gone = state.jobs.values.filter { job in job.ended.map { $0 < oldest } ?? false }.map(\.id)
            for id in gone { state.jobs[id] = nil }
            return gone
        }
        for id in gone { remove(id) }
    }

    /// Lets no more begin. What waits has failed, and says so.
    func close() {
        let waiting = state.withLock { state -> [GatewayJob] in
            state.isClosing = true
            let waiting = state.queue.compactMap { id -> GatewayJob? in
                state.jobs[id]?.state = .failed
                state.jobs[id]?.ended = Self.now()
                state.jobs[id]?.message = "The gateway was stopped before the job began. Hand it in again."
                return state.jobs[id]
            }
            state.queue = []
            return waiting
        }
        for job in waiting {
            unlink(path(job.id, "input"))
            try? keep(job)
        }
        wake.finish()
    }
}
