package import AssayColumns
package import AssayJSON
package import AssayTerms

/// What turns a model's probabilities into decisions, where that is not the model itself: thresholds by group, say.
package protocol DecisionRule: Sendable {
    /// The columns of a request that it looks at, whether the model does or not.
    var columns: [Text] { get }

    /// The class whose probability it looks at, of two.
    var positiveIndex: Int { get }

    /// What an answer says about it.
    var statement: JSONValue { get }

    /// - Parameters:
    ///   - probabilities: of the positive class, by row.
    ///   - inputs: the rows as the model was given them.
    ///   - own: `columns`, of the same rows.
    /// - Throws: `invalidArgument` for a row that cannot be decided, by its number and never by its values.
    func decisions(_ probabilities: [Double], inputs: RowBlock, own: RowBlock) throws(AssayError) -> [RuleDecision]
}

/// One row's decision, and what an answer says of it.
package struct RuleDecision: Sendable {
    package var isPositive: Bool
    package var details: JSONObject

    package init(isPositive: Bool, details: JSONObject) {
        self.isPositive = isPositive
        self.details = details
    }
}

/// Rows for the model, and beside them the columns a decision rule looks at.
struct BoundRows {
    var inputs: RowBlock
    /// `nil` without a rule.
    var own: RowBlock?
    /// Further columns of the request, which are only recorded.
    var further: RowBlock?
    /// What was filled in from feature views; `nil` where nothing was.
    var mark: FeatureMark?
    /// Columns that rules for single predictions look at, which are not recorded.
    var judged: RowBlock?
}
