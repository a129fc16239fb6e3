/// When a process that has ended is started again, and when not any more.
///
/// A state machine over moments that it is told; it knows no clock.
struct RestartRule {
    enum Step: Equatable {
        /// Not before this moment.
        case start(at: Double)
        /// It has ended too often.
        case stop
    }

    /// How many ends within `windowSeconds` are followed by another start; ends while it answered a request are not counted, since
    /// whoever sends such requests would end the service for everybody.
    let limit: Int
    static let windowSeconds = 600.0
    static let longestPauseSeconds = 60.0

    /// When it ended, within the window.
    private(set) var ends: [Double] = []
    /// Those by itself: at a start, or while nothing was asked.
    private var ownEnds: [Double] = []

    init(limit: Int) { self.limit = limit }

    /// The pause doubles with each end within the window: 1, 2, 4, … seconds, at most a minute.
    ///
    /// - Parameter isByRequest: whether it ended while it answered a request.
    mutating func ended(at now: Double, byRequest isByRequest: Bool = false) -> Step {
        ends.removeAll { now - $0 > Self.windowSeconds }
        ownEnds.removeAll { now - $0 > Self.windowSeconds }
        ends.append(now)
        if !isByRequest { ownEnds.append(now) }
        guard ownEnds.count <= limit else { return .stop }
        var pause = 1.0
        for _ in 1..<ends.count { pause = min(pause * 2, Self.longestPauseSeconds) }
        return .start(at: now + pause)
    }
}
