import AssayColumns
package import AssayMetrics
package import AssayTerms

/// Thresholds by group with all that is needed to apply them: what `assay mitigate threshold --out` writes.
package struct ThresholdDocument: Hashable, Sendable {
    package struct Group: Hashable, Sendable {
        /// As values of the column are written (`ColumnValue.name`), or a rule's two groups.
        package var name: Text
        package var rule: ThresholdRule

        package init(name: Text, rule: ThresholdRule) {
            self.name = name
            self.rule = rule
        }
    }

    package var constraint: ParityConstraint
    package var objective: ThresholdObjective
    package var gridSize: Int
    package var isFlipped: Bool
    package var tolerance: Double?
    /// Whether one threshold a group was asked for, and no chance.
    package var isDeterministic: Bool
    package var label: Text
    package var positive: Text
    package var score: Text
    package var source: GroupSource
    package var groups: [Group]
    /// The rows the thresholds were chosen on.
    package var data: Envelope.Input
}
