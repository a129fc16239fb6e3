/// How far rows were moved by an input, by the input's value: numbers along an axis, or categories beside each other.
package struct ScatterChart: Sendable {
    package enum Values: Sendable {
        /// `nil` where a row has none; these stand at the side.
        case numbers([Double?])
        /// Places among the names.
        case categories([Int], names: [String])
    }

    package var title: String
    package var unit: String
    package var values: Values
    /// Finite.
    package var moves: [Double]

    package init(title: String, unit: String, values: Values, moves: [Double]) {
        self.title = title
        self.unit = unit
        self.values = values
        self.moves = moves
    }
}
