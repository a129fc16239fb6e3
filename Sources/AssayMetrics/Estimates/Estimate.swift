package import AssayTerms

/// The answer of one measure: a value, perhaps with an interval, or the reason there is none.
package struct Estimate: Hashable, Sendable {
    package var value: Double?
    package var interval: Interval?
    /// What intervals of gaps over groups are made from; `nil` where the interval is not of a standard error.
    package var error: SamplingError?
    /// Why `value` is `nil`; `nil` where there is a value.
    package var undefined: String?

    package init(_ value: Double, interval: Interval? = nil) {
        self.value = value
        self.interval = interval
    }

    package init(undefined reason: String) { undefined = reason }

    /// The rate with Wilson's interval, or `reason` without trials.
    package init(_ proportion: Proportion, undefined reason: String) {
        if let value = proportion.value {
            self.init(value, interval: proportion.interval)
        } else {
            self.init(undefined: reason)
        }
    }
}
