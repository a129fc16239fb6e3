package import AssayTerms

/// What may still be spent of something whose price is known only afterwards: a token bucket that may go below nothing.
///
/// Something may begin while the level is above zero, and is paid for when it has ended; who spent more than there was waits until
/// that has come back. So over any time t no more than `burst + perSecond · t` is spent beside the one price that went below. A clock
/// that goes back gives nothing and takes nothing away.
package struct SpendingBudget: Sendable {
    private static let unit: Int64 = 1_000
    /// Thousandths; far more than a request can cost, and far less than numbers hold.
    private static let deepest: Int64 = 1 << 52

    private let rate: CallerLimits.Rate
    /// Thousandths.
    private var level: Int64
    private var last: Int64

    /// - Parameter now: milliseconds.
    package init(_ rate: CallerLimits.Rate, now: Int64) {
        self.rate = rate
        level = rate.burst * Self.unit
        last = now
    }

    /// After how many seconds there is something again, at least 1; `nil` where there is.
    package mutating func wait(at now: Int64) -> Int64? {
        refill(at: now)
        guard level <= 0 else { return nil }
        let milliseconds = -level / rate.perSecond + 1
        return max(1, (milliseconds + 999) / 1_000)
    }

    package mutating func spend(_ amount: Int64, at now: Int64) {
        refill(at: now)
        let (thousandths, isBeyond) = max(0, amount).multipliedReportingOverflow(by: Self.unit)
        let (rest, isBelow) = level.subtractingReportingOverflow(isBeyond ? .max : thousandths)
        level = max(isBelow ? .min : rest, -Self.deepest)
    }

    private mutating func refill(at now: Int64) {
        let elapsed = max(0, now - last)
        last = now
        let (back, isBeyond) = elapsed.multipliedReportingOverflow(by: rate.perSecond)
        let (sum, isOver) = level.addingReportingOverflow(isBeyond ? .max : back)
        level = min(rate.burst * Self.unit, isOver ? .max : sum)
    }
}
