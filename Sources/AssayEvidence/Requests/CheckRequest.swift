package import AssayColumns
package import AssayTerms

/// One check to compute, with what it is to look at.
package struct CheckRequest: Hashable, Sendable {
    /// Where `quality.column_absent` looks.
    package enum Place: String, Sendable, CaseIterable {
        /// The columns the model reads.
        case features
        /// The columns of the data file.
        case data
    }

    package var id: String
    /// The sensitive or examined column.
    package var column: Text?
    /// Which rows are privileged, for `aif360.*`.
    package var privileged: PrivilegedRule?
    package var place: Place?
    /// As given; those that are left out have their standard value.
    package var options: [Text: Text]

    package init(
        id: String, column: Text? = nil, privileged: PrivilegedRule? = nil, place: Place? = nil, options: [Text: Text] = [:]
    ) {
        self.id = id
        self.column = column
        self.privileged = privileged
        self.place = place
        self.options = options
    }
}

extension CheckRequest {
    /// All `performance.*` checks that labels with predictions, with scores, or with both allow.
    package static func performance(hasPrediction: Bool, hasScore: Bool) -> [CheckRequest] {
        CheckCatalogue.descriptors
            .filter { $0.id.hasPrefix("performance.") }
            .filter { $0.needs.contains(.score) ? hasScore : hasPrediction || hasScore }
            .map { CheckRequest(id: $0.id) }
    }

    /// All `fairness.*` checks of each sensitive column and all `aif360.*` checks of each rule; of the outcome alone
    /// where the label stands in the prediction's place.
    package static func fairness(
        sensitive: [Text], privileged: [PrivilegedRule], outcome: EvidenceRequest.Outcome
    ) -> [CheckRequest] {
        func ids(_ prefix: String) -> [String] {
            CheckCatalogue.descriptors
                .filter { $0.id.hasPrefix(prefix) && (outcome == .prediction || !$0.needs.contains(.label)) }
                .map(\.id)
        }
        var requests: [CheckRequest] = []
        for column in sensitive {
            requests += ids("fairness.").map { CheckRequest(id: $0, column: column) }
            for rule in privileged where rule.column == column {
                requests += ids("aif360.").map { CheckRequest(id: $0, column: column, privileged: rule) }
            }
        }
        for rule in privileged where !sensitive.contains(rule.column) {
            requests += ids("aif360.").map { CheckRequest(id: $0, column: rule.column, privileged: rule) }
        }
        return requests
    }
}
