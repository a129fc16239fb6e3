import AssayLedger
import AssayTerms
import Synchronization

/// Work that blocks or computes for long, on threads of its own: so much at a time, and no more waiting than so much.
final class BlockingWorkers: Sendable {
    private static let waitingLimit = 64

    private let workers: [Worker]
    private let waiting = Mutex<(count: Int, next: Int)>((0, 0))

    init(label: String, count: Int) { workers = (0..<count).map { Worker(label: "assay.\(label).\($0)") } }

    /// - Throws: `tooSoon` while too much is waiting.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let chosen = waiting.withLock { waiting -> Int? in
            guard waiting.count < Self.waitingLimit else { return nil }
            waiting.count += 1
            waiting.next = (waiting.next + 1) % workers.count
            return waiting.next
        }
        guard let chosen else {
            throw AssayError(.tooSoon, "Too many people are logging in at this moment. Try again in a few seconds.")
        }
        defer { waiting.withLock { $0.count -= 1 } }
        return try await workers[chosen].run(body)
    }

    private actor Worker {
        private let executor: BlockingExecutor

        init(label: String) { executor = BlockingExecutor(label: label) }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func run<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value { try body() }
    }
}
