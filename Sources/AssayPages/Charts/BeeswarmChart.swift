/// One line of points an input: how far each row was moved, coloured by the input's value.
package struct BeeswarmChart: Sendable {
    package struct Line: Sendable {
        package var label: String
        /// How far each row was moved; finite.
        package var moves: [Double]
        /// From 0 (the least value) to 1 (the greatest); `nil` for a missing value, and where values have no order.
        package var levels: [Double?]

        package init(label: String, moves: [Double], levels: [Double?]) {
            precondition(moves.count == levels.count, "points without values")
            self.label = label
            self.moves = moves
            self.levels = levels
        }
    }

    package var title: String
    /// What the axis measures: `log-odds`.
    package var unit: String
    package var lines: [Line]

    package init(title: String, unit: String, lines: [Line]) {
        self.title = title
        self.unit = unit
        self.lines = lines
    }
}
