package import AssayTerms
internal import Glibc
internal import Synchronization

/// A fixed number of threads that work through one line of bounded length, so that work which computes or blocks never holds one of
/// Swift's cooperative pool, and costs no new thread each time.
///
/// Work is begun in the order in which it came. What comes while the line is full is refused at once rather than answered too late.
/// The threads end when this object does, after what waits is done.
package final class WorkThreads: Sendable {
    /// Why work was refused: as much waits as may.
    package struct Busy: Error, Hashable, Sendable {
        package init() {}
    }

    private let line: Line
    private let count: Int

    /// - Parameters:
    ///   - count: threads; as many as there are cores unless given.
    ///   - limit: how many pieces of work may wait beside those that are being done.
    /// - Precondition: both at least 1.
    /// - Throws: `unavailable` where the system gives not one thread; fewer than asked for are taken as they are.
    package init(count: Int? = nil, limit: Int) throws(AssayError) {
        let count = count ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        precondition(count >= 1 && limit >= 1, "work needs a thread and a place to wait")
        let line = Line(limit: limit)
        var started = 0
        for _ in 0..<count where OwnThread.tryStart({ line.work() }) { started += 1 }
        guard started > 0 else {
            throw AssayError(.unavailable, "The system gives this process no more threads; raise its limit of processes.")
        }
        self.line = line
        self.count = started
    }

    deinit { line.end(threads: count) }

    /// Runs `body` on one of the threads and suspends until it returns. Cancelling the task does not stop it.
    ///
    /// - Throws: ``Busy`` at once where the line is full; what `body` throws.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = line.add { continuation.resume(with: Result(catching: body)) }
            if !isTaken { continuation.resume(throwing: Busy()) }
        }
    }

    /// How much is waiting at this moment.
    package var waitingCount: Int { line.waitingCount }

    /// What the threads share. It does not know the object that owns it, so that that can end.
    private final class Line: Sendable {
        private struct State {
            var works: [@Sendable () -> Void] = []
            /// The first that was not taken yet.
            var next = 0
        }

        private let limit: Int
        private let state = Mutex(State())
        private let available = Semaphore()

        init(limit: Int) { self.limit = limit }

        var waitingCount: Int { state.withLock { $0.works.count - $0.next } }

        func add(_ body: @escaping @Sendable () -> Void) -> Bool {
            let isTaken = state.withLock { state in
                guard state.works.count - state.next < limit else { return false }
                state.works.append(body)
                return true
            }
            if isTaken { available.signal() }
            return isTaken
        }

        /// Until there is a signal without work: that of the end.
        func work() {
            while true {
                available.wait()
                guard let body = take() else { return }
                body()
            }
        }

        private func take() -> (@Sendable () -> Void)? {
            state.withLock { state in
                guard state.next < state.works.count else { return nil }
                let body = state.works[state.next]
                state.next += 1
                // Each piece is moved at most once for each that was taken.
                if state.next * 2 >= state.works.count {
                    state.works.removeFirst(state.next)
                    state.next = 0
                }
                return body
            }
        }

        func end(threads: Int) { for _ in 0..<threads { available.signal() } }
    }
}
