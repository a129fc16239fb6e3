/// How a row came from the base to its score, one step an input.
package struct WaterfallChart: Sendable {
    package struct Step: Sendable {
        package var label: String
        /// The input's value in the row.
        package var detail: String
        package var move: Double

        package init(label: String, detail: String, move: Double) {
            self.label = label
            self.detail = detail
            self.move = move
        }
    }

    package var title: String
    package var unit: String
    package var base: Double
    /// The largest first.
    package var steps: [Step]

    package init(title: String, unit: String, base: Double, steps: [Step]) {
        self.title = title
        self.unit = unit
        self.base = base
        self.steps = steps
    }

    /// Base and steps together.
    package var end: Double { steps.reduce(base) { $0 + $1.move } }
}
