package import AssayTerms
internal import Glibc
internal import Synchronization

extension OwnThread {
    /// More threads gain little where all wait for the same memory.
    private static let greatestWorkerCount = 8

    /// Computes the values of `0..<count` on as many threads as there are cores (at most eight), the calling one among them.
    ///
    /// Which thread takes which index is open, so `body` must not care; the values are in the order of their indices, and
    /// the error thrown is that of the lowest index that failed. Blocks.
    package static func map<Value: Sendable>(
        count: Int, _ body: @escaping @Sendable (Int) throws(AssayError) -> Value
    ) throws(AssayError) -> [Value] {
        let share = Share(count: count, body)
        let helpers = max(0, min(count, sysconf(Int32(_SC_NPROCESSORS_ONLN)), greatestWorkerCount) - 1)
        for _ in 0..<helpers {
            start {
                share.work()
                share.done.signal()
            }
        }
        share.work()
        for _ in 0..<helpers { share.done.wait() }
        return try share.values()
    }

    /// Runs `beside` on a thread of its own while `here` runs on the calling one.
    ///
    /// - Throws: the error of `beside`, or else that of `here`.
    package static func both<Left: Sendable, Right>(
        _ beside: @escaping @Sendable () throws(AssayError) -> Left, _ here: () throws(AssayError) -> Right
    ) throws(AssayError) -> (Left, Right) {
        let share = Share(count: 1) { _ throws(AssayError) in try beside() }
        start {
            share.work()
            share.done.signal()
        }
        let right = Result { () throws(AssayError) in try here() }
        share.done.wait()
        let left = try share.values()
        return (left[0], try right.get())
    }

    /// Indices that several threads take one after the other.
    private final class Share<Value: Sendable>: Sendable {
        let done = Semaphore()
        private let count: Int
        private let next = Atomic(0)
        private let results: Mutex<[Result<Value, AssayError>?]>
        private let body: @Sendable (Int) throws(AssayError) -> Value

        init(count: Int, _ body: @escaping @Sendable (Int) throws(AssayError) -> Value) {
            self.count = count
            self.body = body
            results = Mutex([Result<Value, AssayError>?](repeating: nil, count: count))
        }

        func work() {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let result = Result { () throws(AssayError) in try body(index) }
                results.withLock { $0[index] = result }
            }
        }

        func values() throws(AssayError) -> [Value] {
            var values: [Value] = []
            for result in results.withLock({ $0 }) {
                guard let result else { preconditionFailure("a thread ended before its work") }
                values.append(try result.get())
            }
            return values
        }
    }
}
