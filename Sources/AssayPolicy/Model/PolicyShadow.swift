import AssayTerms

/// What a version must have shown in the shadow of the one that holds the place: asked the same, answering nobody.
package struct PolicyShadow: Hashable, Sendable {
    /// Rows that both predicted, at least.
    package var predictions: Int
    /// Of the share of these rows in which both agree.
    package var agreement: Limit?
    /// Of the share of requests that the version failed to answer.
    package var errors: Limit?
    /// Whether the shares are held against the limits, or all of their intervals.
    package var judge: PolicyCheck.Judge
    /// What counts where no version holds the place, so that there is no shadow to stand in.
    package var withoutBaseline: PolicyCheck.WithoutBaseline

    package init(
        predictions: Int, agreement: Limit? = nil, errors: Limit? = nil, judge: PolicyCheck.Judge = .value,
        withoutBaseline: PolicyCheck.WithoutBaseline = .incomplete
    ) {
        self.predictions = predictions
        self.agreement = agreement
        self.errors = errors
        self.judge = judge
        self.withoutBaseline = withoutBaseline
    }

    /// `1000 predictions, agreement min 0.95, errors max 0.01, judged by their value, without a version to compare with incomplete`
    package var demand: String {
        let limits = [agreement.map { "agreement \($0.text)" }, errors.map { "errors \($0.text)" }].compactMap(\.self)
        let judged = limits.isEmpty ? [] : ["judged by their \(judge.rawValue)"]
        let parts = ["\(predictions) predictions"] + limits + judged + ["without a version to compare with \(withoutBaseline.rawValue)"]
        return parts.joined(separator: ", ")
    }

    /// Whether all that meets this meets `other` too.
    func isAtLeastAsStrict(as other: PolicyShadow) -> Bool {
        func keeps(_ old: Limit?, _ new: Limit?) -> Bool {
            old.map { old in new.map { PolicyStrictness.isAtLeastAsStrict($0, as: old) } ?? false } ?? true
        }
        // An interval need not hold its share, so the word is compared, where there is something to judge.
        return predictions >= other.predictions && keeps(other.agreement, agreement) && keeps(other.errors, errors)
            && (judge == other.judge || (other.agreement == nil && other.errors == nil))
            && (withoutBaseline == .incomplete || other.withoutBaseline == .pass)
    }
}
