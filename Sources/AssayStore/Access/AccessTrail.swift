import Synchronization

/// What one request looked at and changed, noted by the driver where it finds the records, so that no use case can forget it.
package final class AccessTrail: Sendable {
    private struct State {
        var touched: [TouchedObject] = []
        var known: Set<TouchedObject> = []
        var recorded = 0
        var unseen: [TouchedObject] = []
    }

    private let state = Mutex(State())

    package init() {}

    package func note(_ object: TouchedObject) {
        state.withLock { if $0.known.insert(object).inserted { $0.touched.append(object) } }
    }

    /// Notes what was asked for and may not be read.
    package func noteUnseen(_ object: TouchedObject) {
        state.withLock { if !$0.unseen.contains(object) { $0.unseen.append(object) } }
    }

    /// What was asked for and may not be read.
    package var unseen: [TouchedObject] { state.withLock { $0.unseen } }

    /// Everything else, in the order in which it was first touched.
    package var touched: [TouchedObject] { state.withLock { $0.touched } }

    /// What was touched since the last ``markRecorded(_:)``.
    package var unrecorded: [TouchedObject] { state.withLock { Array($0.touched[$0.recorded...]) } }

    /// Says that so many of ``unrecorded`` are recorded.
    package func markRecorded(_ count: Int) { state.withLock { $0.recorded += count } }
}
