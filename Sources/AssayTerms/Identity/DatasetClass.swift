/// How near a data set is to people. The raw values are stored and stand in the log.
package enum DatasetClass: String, Sendable, CaseIterable, Comparable {
    /// Rows about people who can be told. Reading its bytes needs the verb `read_sensitive`.
    case rawPersonal = "raw-personal"
    case anonymised
    case `public`

    private var openness: Int {
        switch self {
        case .rawPersonal: 0
        case .anonymised: 1
        case .public: 2
        }
    }

    /// The closer kept comes first: a change to a later one opens the data set, and needs four eyes.
    package static func < (left: DatasetClass, right: DatasetClass) -> Bool { left.openness < right.openness }
}
