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

    /// How many ends within `windowSeconds` are followed by another start.
    let limit: Int
    static let windowSeconds = 600.0
    static let longestPauseSeconds = 60.0

    /// When it ended, within the window.
    private(set) var ends: [Double] = []

    init(limit: Int) { self.limit = limit }

    /// The pause doubles with each end within the window: 1, 2, 4, … seconds, at most a minute.
    mutating func ended(at now: Double) -> Step {
        ends.removeAll { now - $0 > Self.windowSeconds }
        ends.append(now)
        guard ends.count <= limit else { return .stop }
        var pause = 1.0
        for _ in 1..<ends.count { pause = min(pause * 2, Self.longestPauseSeconds) }
        return .start(at: now + pause)
    }
}
