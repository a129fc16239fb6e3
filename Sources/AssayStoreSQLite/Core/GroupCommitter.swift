import AssayStore
import AssayTerms
import Dispatch
import GRDB
import Synchronization

/// Runs use cases one after the other and commits all that were waiting in one durable transaction.
///
/// Each use case has a savepoint of its own, so a failing one takes nothing else with it; each is answered after the
/// commit. While one group is being made durable the next gathers, which is what keeps `fdatasync` off the path of a
/// busy server. A group ends at `groupLimit` use cases or after `groupNanoseconds`, whichever is first.
final class GroupCommitter: Sendable {
    static let groupLimit = 256
    static let groupNanoseconds: UInt64 = 2_000_000

    /// A use case with its continuation, its value type erased.
    struct Job: Sendable {
        /// Runs the use case and keeps its outcome; throws what it throws, so that its savepoint is rolled back.
        let run: @Sendable (Database) throws -> Void
        /// Answers the caller: with the kept outcome, or with `commitError`.
        let answer: @Sendable (_ commitError: AssayError?) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
    }

    private let writer: any DatabaseWriter
    private let log: WriteAheadLog
    private let queue = DispatchQueue(label: "assay.store.writer")
    private let state = Mutex(State())

    init(writer: any DatabaseWriter, log: WriteAheadLog) {
        self.writer = writer
        self.log = log
    }

    func submit(_ job: Job) {
        let starts = state.withLock { state in
            state.waiting.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { queue.async { self.drain() } }
    }

    /// Waits until everything submitted so far has been answered.
    func finish() { queue.sync {} }

    private func drain() {
        while true {
            var group: [Job] = []
            let more = state.withLock { state in
                if state.waiting.isEmpty { state.isRunning = false }
                return !state.waiting.isEmpty
            }
            guard more else { return }
            let commitError = commit(&group)
            for job in group { job.answer(commitError) }
            writer.writeWithoutTransaction { log.committed($0) }
        }
    }

    /// Takes waiting jobs into one transaction until the group is full, and commits it.
    private func commit(_ group: inout [Job]) -> AssayError? {
        var taken: [Job] = []
        defer { group = taken }
        let deadline = DispatchTime.now().uptimeNanoseconds + Self.groupNanoseconds
        do {
            try writer.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    while taken.count < Self.groupLimit {
                        let batch = state.withLock { state in
                            let count = min(state.waiting.count, Self.groupLimit - taken.count)
                            defer { state.waiting.removeFirst(count) }
                            return Array(state.waiting.prefix(count))
                        }
                        if batch.isEmpty { break }
                        taken += batch
                        for job in batch {
                            var failure: (any Error)?
                            do {
                                try database.inSavepoint {
                                    try job.run(database)
                                    return .commit
                                }
                            } catch {
                                // The job keeps its outcome, an error included, for its own caller.
                                failure = error
                            }
                            // A full disk makes SQLite roll the whole transaction back; going on would commit piecemeal.
                            guard database.isInsideTransaction else {
                                throw failure ?? AssayError(.unavailable, "SQLite gave the transaction up.")
                            }
                        }
                        if DispatchTime.now().uptimeNanoseconds >= deadline { break }
                    }
                    return .commit
                }
            }
            return nil
        } catch {
            if taken.isEmpty {
                // The transaction could not even begin: answer those who wait instead of spinning.
                taken = state.withLock { state in
                    defer { state.waiting = [] }
                    return state.waiting
                }
            }
            if let full = DiskFailure.named(error) as? AssayError, full.code == .storageFull { return full }
            return AssayError(
                .unavailable, "The change could not be made durable; nothing of it was kept. Check the disk and try again.",
                cause: error)
        }
    }
}
