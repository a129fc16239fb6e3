package import AssayTerms
internal import Glibc
internal import Synchronization

/// Work that several threads share: as many as there are cores, at most eight, the calling one among them. They are the program's
/// own, because libdispatch looks after its threads in `/proc` and ends a process that is not let there, as the evidence child.
///
/// Which thread takes which piece is open, so no piece may care. All functions block.
extension OwnThread {
    /// More threads gain little where all wait for the same memory.
    private static let greatestWorkerCount = 8

    /// Calls `body` with every number below `count`, several at once, and returns when all have returned. What one call writes no
    /// other may touch.
    package static func sideBySide(_ count: Int, _ body: (Int) -> Void) {
        let helpers = max(0, min(count, sysconf(Int32(_SC_NPROCESSORS_ONLN)), greatestWorkerCount) - 1)
        guard helpers > 0 else {
            for index in 0..<count { body(index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let shared = SharedWork(count: count, body)
            let done = Semaphore()
            for _ in 0..<helpers {
                start {
                    shared.work()
                    done.signal()
                }
            }
            shared.work()
            for _ in 0..<helpers { done.wait() }
            shared.end()
        }
    }

    /// Changes every element, several at once, and does `other` meanwhile.
    package static func sideBySide<Element>(
        in elements: inout [Element], beside other: () -> Void = {}, _ body: (Int, inout Element) -> Void
    ) {
        elements.withUnsafeMutableBufferPointer { elements in
            // Safe: each call has an element of its own.
            let places = elements
            sideBySide(places.count + 1) { index in
                if index == 0 { other() } else { body(index - 1, &places[index - 1]) }
            }
        }
    }

    /// What `body` gives for every element, in their order.
    package static func sideBySide<Element, Value>(_ elements: [Element], _ body: (Element) -> Value) -> [Value] {
        var values = [Value?](repeating: nil, count: elements.count)
        values.withUnsafeMutableBufferPointer { values in
            // Safe: each call writes a place of its own.
            let places = values
            sideBySide(places.count) { places[$0] = body(elements[$0]) }
        }
        return values.compactMap(\.self)
    }

    /// Computes the values of `0..<count`, in their order; the error thrown is that of the lowest index that failed.
    package static func map<Value>(
        count: Int, _ body: (Int) throws(AssayError) -> Value
    ) throws(AssayError) -> [Value] {
        let results = sideBySide(Array(0..<count)) { index in Result { () throws(AssayError) in try body(index) } }
        var values: [Value] = []
        values.reserveCapacity(count)
        for result in results { values.append(try result.get()) }
        return values
    }

    /// Runs `beside` on a thread of its own while `here` runs on the calling one.
    ///
    /// - Throws: the error of `beside`, or else that of `here`.
    package static func both<Left: Sendable, Right>(
        _ beside: @escaping @Sendable () throws(AssayError) -> Left, _ here: () throws(AssayError) -> Right
    ) throws(AssayError) -> (Left, Right) {
        let left = Pending<Left>()
        start { left.fill(beside) }
        let right = Result { () throws(AssayError) in try here() }
        return (try left.value(), try right.get())
    }

    /// Pieces that several threads take one after the other.
    private final class SharedWork: Sendable {
        private let count: Int
        private let next = Atomic(0)
        // Safe: it is taken away when no thread works any more, so that a thread that is yet to end does not keep it.
        private nonisolated(unsafe) var body: ((Int) -> Void)?

        init(count: Int, _ body: @escaping (Int) -> Void) {
            self.count = count
            self.body = body
        }

        func work() {
            guard let body else { return }
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }

        func end() { body = nil }
    }

    /// A value that another thread is computing.
    private final class Pending<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, AssayError>?>(nil)
        private let done = Semaphore()

        func fill(_ body: () throws(AssayError) -> Value) {
            let computed = Result { () throws(AssayError) in try body() }
            result.withLock { $0 = computed }
            done.signal()
        }

        func value() throws(AssayError) -> Value {
            done.wait()
            guard let result = result.withLock({ $0 }) else { preconditionFailure("a thread ended before its work") }
            return try result.get()
        }
    }
}
