import Synchronization

/// The uploads that are being put together now. A client that does not hear from a long one in time asks again: the second
/// request waits for the first instead of beginning over.
package final class Assemblies: Sendable {
    private let waiting = Mutex<[(id: String, followers: [CheckedContinuation<Void, Never>])]>([])

    package init() {}

    /// Runs `work` unless somebody is at work on `id`, and waits for them otherwise.
    ///
    /// - Returns: whether `work` ran.
    func run(_ id: String, _ work: () async throws -> Void) async throws -> Bool {
        let isFirst = waiting.withLock { waiting in
            guard !waiting.contains(where: { $0.id == id }) else { return false }
            waiting.append((id, []))
            return true
        }
        guard isFirst else {
            await withCheckedContinuation { continuation in
                let isOver = waiting.withLock { waiting in
                    guard let place = waiting.firstIndex(where: { $0.id == id }) else { return true }
                    waiting[place].followers.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
            return false
        }
        defer {
            let followers = waiting.withLock { waiting in
                guard let place = waiting.firstIndex(where: { $0.id == id }) else { return [] as [CheckedContinuation<Void, Never>] }
                return waiting.remove(at: place).followers
            }
            for follower in followers { follower.resume() }
        }
        try await work()
        return true
    }
}
