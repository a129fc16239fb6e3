/// How often training begins by itself. A start by hand counts and is not held back: somebody answers for it.
package struct TrainingBounds: Hashable, Sendable {
    /// A run of the past, as far as bounds ask.
    package struct Past: Hashable, Sendable {
        package enum Standing: Hashable, Sendable {
            case underWay
            /// Its version took a place, or the gate would let it.
            case passed
            /// It failed, made no version, or the gate said no to it.
            case fell
            /// Its version waits, or it was cancelled: says nothing.
            case open
        }

        package var id: String
        package var createdMilliseconds: Int64
        /// `nil` while it is under way.
        package var endedMilliseconds: Int64?
        package var isManual: Bool
        package var standing: Standing

        package init(id: String, createdMilliseconds: Int64, endedMilliseconds: Int64?, isManual: Bool, standing: Standing) {
            self.id = id
            self.createdMilliseconds = createdMilliseconds
            self.endedMilliseconds = endedMilliseconds
            self.isManual = isManual
            self.standing = standing
        }
    }

    /// Why training does not begin.
    package enum Reason: Hashable, Sendable {
        case underWay(id: String)
        case atMost(count: Int)
        case cooldown(untilMilliseconds: Int64)
        case stopped(count: Int)

        package var word: String {
            switch self {
            case .underWay: "under-way"
            case .atMost: "at-most"
            case .cooldown: "cooldown"
            case .stopped: "stop-after"
            }
        }

        /// Whether people have to do something about it.
        package var asksForPeople: Bool {
            switch self {
            case .underWay, .cooldown: false
            case .atMost, .stopped: true
            }
        }
    }

    /// Of what begins by itself where the document says nothing: a loop that comes to nothing ends within a day.
    package static let byDefault = TrainingBounds(count: 4, periodMilliseconds: 86_400_000, stopAfter: 3)

    /// The most that `count` may be.
    package static let countLimit = 1_000

    /// Runs within the period; `nil` for as many as there are reasons.
    package var count: Int?
    package var periodMilliseconds: Int64
    /// From the end of a run to the next one.
    package var cooldownMilliseconds: Int64
    /// Runs one after the other that did not pass, after which it waits for a start by hand.
    package var stopAfter: Int?

    package init(count: Int? = nil, periodMilliseconds: Int64 = 86_400_000, cooldownMilliseconds: Int64 = 0, stopAfter: Int? = nil) {
        self.count = count
        self.periodMilliseconds = periodMilliseconds
        self.cooldownMilliseconds = cooldownMilliseconds
        self.stopAfter = stopAfter
    }

    /// Why a run may not begin now; `nil` where it may.
    ///
    /// - Parameter past: runs of the same pipeline and model, the newest first, without those that bounds held back.
    /// - Complexity: O(past).
    package func refusal(past: [Past], now: Int64) -> Reason? {
        if let under = past.first(where: { $0.standing == .underWay }) { return .underWay(id: under.id) }
        if let stopAfter {
            var fallen = 0
            for run in past {
                if run.standing == .passed { break }
                if run.standing == .fell { fallen += 1 }
                // Whoever began it by hand begins the row anew.
                if run.isManual { break }
            }
            if fallen >= stopAfter { return .stopped(count: fallen) }
        }
        if let count, past.count(where: { $0.createdMilliseconds > now - periodMilliseconds }) >= count { return .atMost(count: count) }
        if let end = past.compactMap(\.endedMilliseconds).max(), end + cooldownMilliseconds > now {
            return .cooldown(untilMilliseconds: end + cooldownMilliseconds)
        }
        return nil
    }
}
