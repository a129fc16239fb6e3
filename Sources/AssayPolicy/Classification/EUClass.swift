/// What Regulation (EU) 2024/1689 makes of a use, from the answers somebody gave. The raw values stand in the log.
package enum EUClass: String, Sendable, CaseIterable {
    case minimal
    /// Art. 50: people are told.
    case limited
    case high
    /// Art. 5.
    case prohibited

    /// The organisation tier whose requirements are at least asked of the class.
    package var tier: Tier {
        switch self {
        case .minimal: .low
        case .limited: .moderate
        case .high: .high
        case .prohibited: .prohibited
        }
    }
}

extension EUClass: Comparable {
    package static func < (left: EUClass, right: EUClass) -> Bool { left.tier < right.tier }
}

extension Tier: Comparable {
    private var strictness: Int {
        switch self {
        case .low: 0
        case .moderate: 1
        case .high: 2
        case .prohibited: 3
        }
    }

    /// The stricter one is the greater.
    package static func < (left: Tier, right: Tier) -> Bool { left.strictness < right.strictness }
}
