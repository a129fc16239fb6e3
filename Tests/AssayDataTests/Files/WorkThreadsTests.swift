import AssayData
import AssayTerms
import Glibc
import Synchronization
import Testing

/// Whether work is done once, in order, on few threads, and refused where too much waits. Threads are held by locks that the tests open.
struct WorkThreadsTests {
    @Test func everythingIsDoneOnceByAFixedNumberOfThreads() async throws {
        let threads = try WorkThreads(count: 3, limit: 1_000)
        let names = Seen<pthread_t>()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<500 {
                group.addTask {
                    try await threads.run {
                        names.add(pthread_self())
                        return number
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 499 * 500 / 2)
        #expect(Set(names.all).count <= 3)
        #expect(threads.waitingCount == 0)
    }

    @Test func workIsBegunInOrderAndErrorsComeBack() async throws {
        let threads = try WorkThreads(count: 1, limit: 100)
        let seen = Seen<Int>()
        let gate = Gate()
        async let first: Void = threads.run { gate.wait() }
        while !gate.isReached { await Task.yield() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                let before = threads.waitingCount
                group.addTask { try await threads.run { seen.add(number) } }
                while threads.waitingCount == before { await Task.yield() }
            }
            gate.open()
            try await group.waitForAll()
        }
        try await first
        #expect(seen.all == Array(0..<20))
        await #expect(throws: AssayError.self) { try await threads.run { throw AssayError(.notFound, "nothing") } }
        #expect(try await threads.run { 7 } == 7)
    }

    @Test func aFullLineRefusesAtOnceAndTakesAgainLater() async throws {
        let threads = try WorkThreads(count: 1, limit: 2)
        let gate = Gate()
        async let held: Void = threads.run { gate.wait() }
        while !gate.isReached { await Task.yield() }
        async let second = threads.run { 2 }
        async let third = threads.run { 3 }
        while threads.waitingCount < 2 { await Task.yield() }
        await #expect(throws: WorkThreads.Busy()) { try await threads.run { 4 } }
        gate.open()
        try await held
        #expect(try await second == 2)
        #expect(try await third == 3)
        #expect(try await threads.run { 5 } == 5)
    }

    @Test func threadsEndWithTheirOwner() async throws {
        weak var witness: Witness?
        try await use { witness = $0 }
        // The last thread lets go of what it ran on its way out.
        for _ in 0..<10_000 where witness != nil { try await Task.sleep(for: .milliseconds(1)) }
        #expect(witness == nil)
    }

    private func use(_ seen: (Witness) -> Void) async throws {
        let threads = try WorkThreads(count: 2, limit: 8)
        let witness = Witness()
        seen(witness)
        let value = try await threads.run { witness.value }
        #expect(value == 1)
    }

    private final class Witness: Sendable { let value = 1 }

    private final class Seen<Value: Sendable>: Sendable {
        private let values = Mutex<[Value]>([])

        var all: [Value] { values.withLock { $0 } }
        func add(_ value: Value) { values.withLock { $0.append(value) } }
    }

    /// Holds a thread until it is opened.
    private final class Gate: Sendable {
        private let state = Mutex((isReached: false, isOpen: false))

        var isReached: Bool { state.withLock(\.isReached) }
        func open() { state.withLock { $0.isOpen = true } }
        func wait() {
            state.withLock { $0.isReached = true }
            while !state.withLock(\.isOpen) { usleep(100) }
        }
    }
}
