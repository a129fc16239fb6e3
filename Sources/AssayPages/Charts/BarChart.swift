/// One bar a group, with its interval where it has one.
package struct BarChart: Sendable {
    package struct Bar: Sendable {
        package var label: String
        /// Beside the label, for example the group's rows.
        package var detail: String
        /// `nil` where the group's value is undefined.
        package var value: Double?
        package var interval: ClosedRange<Double>?

        package init(label: String, detail: String = "", value: Double?, interval: ClosedRange<Double>? = nil) {
            self.label = label
            self.detail = detail
            self.value = value
            self.interval = interval
        }
    }

    package var title: String
    package var bars: [Bar]
    /// A value all bars are seen against, with its name: the overall rate.
    package var reference: (name: String, value: Double)?
    /// The axis; wide enough for all values if they reach beyond it.
    package var scale: ClosedRange<Double>

    package init(title: String, bars: [Bar], reference: (name: String, value: Double)? = nil, scale: ClosedRange<Double> = 0...1) {
        self.title = title
        self.bars = bars
        self.reference = reference
        self.scale = scale
    }
}
