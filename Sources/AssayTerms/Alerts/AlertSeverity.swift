/// How soon somebody should look, from little to much. The raw values are written in rules and stored.
package enum AlertSeverity: String, Sendable, CaseIterable, Comparable {
    case info, warning, critical

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: AlertSeverity, right: AlertSeverity) -> Bool { left.rank < right.rank }
}
