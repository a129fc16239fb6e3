/// The answer of one check: a value with its interval, groups and counts, or the reason there is none.
package struct CheckResult: Hashable, Sendable {
    package struct Group: Hashable, Sendable {
        package var group: Text
        /// Rows of the group that entered the computation, before weights.
        package var count: Int
        /// The group's own value of the measure behind the check; `nil` where it is undefined.
        package var value: Double?
        package var interval: Interval?

        package init(group: Text, count: Int, value: Double?, interval: Interval? = nil) {
            self.group = group
            self.count = count
            self.value = value
            self.interval = interval
        }
    }

    /// Rows left out, by reason.
    package struct Excluded: Hashable, Sendable {
        package var missingGroup = 0
        package var missingLabel = 0
        package var missingPrediction = 0
        package init(missingGroup: Int = 0, missingLabel: Int = 0, missingPrediction: Int = 0) {
            self.missingGroup = missingGroup
            self.missingLabel = missingLabel
            self.missingPrediction = missingPrediction
        }
    }

    package var id: String
    package var definition: Int
    package var convention: CheckDescriptor.Convention
    package var direction: CheckDescriptor.Direction
    package var kind: CheckDescriptor.Kind
    /// The sensitive or examined column, where the check has one.
    package var column: Text?
    /// The privileged group as written (`race=white`), for AIF360's measures.
    package var privileged: String?
    /// All options the check was computed with, by name.
    package var options: [Text: Text]
    package var value: Double?
    package var interval: Interval?
    /// What the groups' values are, where the check compares a rate over groups: `selection_rate`, `base_rate`, ….
    package var measure: String?
    package var groups: [Group]
    /// Rows that entered the computation.
    package var rows: Int
    package var excluded: Excluded
    /// Why `value` is `nil`; `nil` where there is a value.
    package var undefined: String?
    /// What else the check found, by names of its own: a statistic, the counts behind it, a verdict. Part of the claim.
    package var details: [Text: Envelope.Parameter] = [:]

    package init(
        descriptor: CheckDescriptor, column: Text? = nil, privileged: String? = nil,
        options: [Text: Text] = [:], value: Double?, interval: Interval? = nil, measure: String? = nil, groups: [Group] = [], rows: Int,
        excluded: Excluded = Excluded(), undefined: String? = nil
    ) {
        self.id = descriptor.id
        self.definition = descriptor.definition
        self.convention = descriptor.convention
        self.direction = descriptor.direction
        self.kind = descriptor.kind
        self.column = column
        self.privileged = privileged
        self.options = options
        self.value = value
        self.interval = interval
        self.measure = measure
        self.groups = groups
        self.rows = rows
        self.excluded = excluded
        self.undefined = undefined
    }
}
