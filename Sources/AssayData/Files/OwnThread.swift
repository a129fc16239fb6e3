internal import Dispatch
internal import Glibc
internal import Synchronization

/// Blocking work on a thread of its own, so that it never holds one of Swift's cooperative pool.
package enum OwnThread {
    /// Runs `body` on a new thread and suspends until it returns. Cancelling the task does not stop it: `body` ends
    /// by itself.
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            start { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Calls `body` with every number below `count`, several at once, and returns when all have returned. The calling thread
    /// takes part. What one call writes no other may touch.
    package static func sideBySide(_ count: Int, _ body: (Int) -> Void) {
        if count == 1 { return body(0) }
        withoutActuallyEscaping(body) { body in
            // Safe: each thread writes what is its own, as said above, and all have ended when this function returns.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: count) { body($0) }
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

    /// Starts `body` on a new thread and does not wait.
    static func start(_ body: @escaping @Sendable () -> Void) {
        // Without a thread late is better than never.
        if !tryStart(body) { body() }
    }

    /// As `start`, but `false` where there is no thread to be had (a limit on processes).
    static func tryStart(_ body: @escaping @Sendable () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
