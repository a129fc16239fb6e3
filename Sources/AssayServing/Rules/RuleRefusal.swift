import AssayTerms

/// A request that is not answered because of a rule: status 422, with the rules' names and the rows' numbers, never their values.
package struct RuleRefusal: Error, Sendable {
    package static let status = 422
    private static let shownRows = 10

    package let message: String
    /// What was scored and is not given: it is recorded all the same.
    package let scored: [ScoredRows]

    /// - Parameter action: ``AnswerRule/Action/refer`` too, in protocols whose answers have no word for none.
    /// - Returns: `nil` where no row has such an action.
    init?(_ scored: [ScoredRows], of actions: Set<AnswerRule.Action>) {
        var first = 0
        var rows: [(row: Int, rule: Text, action: AnswerRule.Action)] = []
        for block in scored {
            for action in actions {
                rows += (block.findings?.rows(action) ?? []).map { (first + $0.row, $0.rule, action) }
            }
            first += block.rowCount
        }
        guard !rows.isEmpty else { return nil }
        rows.sort { $0.row < $1.row }
        let shown = rows.prefix(Self.shownRows).map { one in
            "row \(one.row) is \(one.action == .refuse ? "refused" : "left to a person") by the rule '\(one.rule)'"
        }
        let more = rows.count > shown.count ? ", and \(rows.count - shown.count) more" : ""
        message = "The request is not answered: \(shown.joined(separator: ", "))\(more). Rows count from 0; send the others without them."
        self.scored = scored
    }
}
