import AssayPolicy
import AssayServing
import AssayTerms

extension RuleBook {
    /// The rules of a statement, ready to be asked.
    ///
    /// - Parameter profile: what the version's profile has seen of its inputs; empty without one.
    /// - Returns: `nil` where the statement has no rules for single predictions.
    /// - Throws: `invalidArgument` for a condition that this program cannot read, and so cannot keep.
    static func of(_ rules: ServingRules, profile: [Text: ProfiledInput]) throws(AssayError) -> RuleBook? {
        var list: [AnswerRule] = []
        for rule in rules.predictions {
            var tests: [any RowTest] = []
            if let condition = rule.condition { tests.append(try ConditionTest(condition)) }
            if !rule.outsideProfile.isEmpty { tests.append(ProfileTest(inputs: rule.outsideProfile, profile: profile)) }
            if !rule.explainedMostBy.isEmpty { tests.append(AttributionTest(inputs: rule.explainedMostBy)) }
            list.append(
                AnswerRule(
                    name: rule.name, action: action(rule.action), unknown: action(rule.unknown.action), replacement: rule.value, tests: tests))
        }
        return RuleBook(list)
    }

    private static func action(_ action: PredictionRule.Action) -> AnswerRule.Action {
        switch action {
        case .flag: .flag
        case .replace: .replace
        case .refer: .refer
        case .refuse: .refuse
        }
    }
}
