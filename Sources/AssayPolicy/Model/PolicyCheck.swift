import AssayCanonical
package import AssayTerms

/// One requirement on a measured value.
package struct PolicyCheck: Hashable, Sendable {
    /// What of a result is held against the limit.
    package enum Judge: String, Sendable, CaseIterable {
        case value
        /// The end of the interval that is worse for the limit; both ends where the limit has two.
        case interval
    }

    /// What a comparison says where its baseline is not there.
    package enum WithoutBaseline: String, Sendable, CaseIterable {
        case incomplete, pass
    }

    /// Where a check of columns looks.
    package enum Place: String, Sendable, CaseIterable {
        /// The columns the model reads.
        case features
        /// The columns of the data set.
        case data
    }

    package static let defaultMinimumGroup = 30

    package var id: String
    package var column: Text?
    /// `race=white`, `age>30`: column, relation and value without spaces around the relation.
    package var privileged: Text?
    /// `nil` for a check that looks at no list of columns.
    package var place: Place?
    /// The options that are written; the others have their check's standard value.
    package var options: [Text: Text]
    package var limit: Limit
    package var judge: Judge
    /// The condition on the rows that this check looks at, beside that of the policy's data; `nil` for no further one.
    package var slice: Text?
    /// The column by whose values, or ranges, the rows are told apart: each group of them has to meet the limit.
    package var forEach: Text?
    /// Some statement of it must be younger than so many days; `nil` where age does not count.
    package var freshDays: Int?
    /// The fewest rows a group, or a slice, may have for its value to count.
    package var minimumGroup: Int
    package var against: Baseline?
    package var withoutBaseline: WithoutBaseline
    /// Whether two people may let a version in without it.
    package var isWaivable: Bool

    package init(
        id: String, column: Text? = nil, privileged: Text? = nil, place: Place? = nil,
        options: [Text: Text] = [:], limit: Limit, judge: Judge = .value,
        slice: Text? = nil, forEach: Text? = nil, freshDays: Int? = nil, minimumGroup: Int = defaultMinimumGroup, against: Baseline? = nil,
        withoutBaseline: WithoutBaseline = .incomplete, isWaivable: Bool = true
    ) {
        self.id = id
        self.column = column
        self.privileged = privileged
        self.place = place
        self.options = options
        self.limit = limit
        self.judge = judge
        self.slice = slice
        self.forEach = forEach
        self.freshDays = freshDays
        self.minimumGroup = minimumGroup
        self.against = against
        self.withoutBaseline = withoutBaseline
        self.isWaivable = isWaivable
    }

    /// The column that evidence has to name: what it looks at, or what tells its groups apart.
    package var askedColumn: Text? { column ?? forEach }

    /// The condition on the rows that evidence has to be about; `nil` for all of them.
    package func rows(in data: PolicyData?) -> Text? {
        data.map { $0.rows(of: slice) } ?? slice
    }

    /// `aif360.disparate_impact on race, privileged race=white`, `performance.accuracy for each region where age >= 60`.
    package var title: String {
        var title = id
        if let column { title += " on \(column)" }
        if let forEach { title += " for each \(forEach)" }
        if let slice { title += " where \(slice)" }
        if let privileged { title += ", privileged \(privileged)" }
        for (name, value) in options.sorted(by: { $0.key < $1.key }) { title += ", \(name) \(Self.short(value))" }
        return title
    }

    /// A document is told by the beginning of its digest.
    private static func short(_ value: Text) -> String {
        guard value.utf8Count > 80 || value.utf8.contains(UInt8(ascii: "\n")) else { return value.string }
        return "sha256:\(SHA256Hasher.digest(of: value.utf8).hex.prefix(16))…"
    }
}
