/// A gate's answer. The worst of its parts wins: `fail` > `incomplete` > `waived` > `pass`.
package enum Decision: String, Sendable, CaseIterable, Comparable {
    case pass, waived, incomplete, fail

    private var severity: Int {
        switch self {
        case .pass: 0
        case .waived: 1
        case .incomplete: 2
        case .fail: 3
        }
    }

    package static func < (left: Decision, right: Decision) -> Bool { left.severity < right.severity }

    /// Whether the change may go ahead.
    package var allows: Bool { self <= .waived }
}
