import Synchronization

/// A record on its way into a journal, and who waits for it. They are answered once.
final class PendingRecord: Sendable {
    let segments: [[UInt8]]
    let byteCount: Int
    /// In milliseconds of the spool's clock.
    let since: Int64
    private let waiting: Mutex<CheckedContinuation<Bool, Never>?>

    init(_ segments: [[UInt8]], since: Int64, _ waiting: CheckedContinuation<Bool, Never>) {
        self.segments = segments
        byteCount = segments.reduce(0) { $0 + $1.count }
        self.since = since
        self.waiting = Mutex(waiting)
    }

    /// - Returns: whether they had no answer before.
    @discardableResult
    func answer(_ isKept: Bool) -> Bool {
        let waiting = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: isKept)
        return waiting != nil
    }
}
