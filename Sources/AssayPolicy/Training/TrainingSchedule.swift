/// Times at which a pipeline is begun whatever monitors say, in UTC.
package enum TrainingSchedule: Hashable, Sendable {
    /// Minutes after midnight.
    case daily(minute: Int)
    /// Counted from 1970, so that restarts move nothing.
    case every(milliseconds: Int64)

    /// The newest time that is not after `now`.
    package func last(at now: Int64) -> Int64 {
        switch self {
        case .daily(let minute):
            let offset = Int64(minute) * 60_000
            return Self.floor(now - offset, to: 86_400_000) + offset
        case .every(let milliseconds): return Self.floor(now, to: milliseconds)
        }
    }

    private static func floor(_ time: Int64, to step: Int64) -> Int64 { time - ((time % step) + step) % step }
}
