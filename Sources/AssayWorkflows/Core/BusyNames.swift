import AssayTerms
import Synchronization

/// Who is being sent to: each by one task, and no more than `limit` at a time.
final class BusyNames: Sendable {
    private let limit: Int
    private let names = Mutex<Set<Text>>([])

    init(limit: Int) { self.limit = limit }

    func begin(_ name: Text) -> Bool { names.withLock { $0.count < limit && $0.insert(name).inserted } }

    func end(_ name: Text) { _ = names.withLock { $0.remove(name) } }
}
