import Synchronization

/// Ends a pause early: whoever pauses goes on when it is given, or at once if it was given since the last pause.
///
/// A stream does not do: one whose iteration is cancelled is over for good, and every later pause would end at once.
final class Nudge: Sendable {
    private struct State {
        var isGiven = false
        var waiting: CheckedContinuation<Void, Never>?

        mutating func take() -> CheckedContinuation<Void, Never>? {
            defer { waiting = nil }
            return waiting
        }
    }

    private let state = Mutex(State())

    func give() {
        state.withLock { state in
            state.isGiven = state.waiting == nil
            return state.take()
        }?.resume()
    }

    /// Returns when it is given, when `duration` is over or when the task is cancelled. One task waits at a time.
    func wait(atMost duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: duration) }
            group.addTask { await self.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled { return true }
                    guard !state.isGiven else {
                        state.isGiven = false
                        return true
                    }
                    state.waiting = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.take() }?.resume()
        }
    }
}
