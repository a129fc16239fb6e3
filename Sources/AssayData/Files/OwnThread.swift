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
