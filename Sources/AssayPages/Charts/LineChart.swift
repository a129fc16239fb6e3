/// Curves over two axes: ROC, precision and recall, calibration.
package struct LineChart: Sendable {
    package struct Point: Sendable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    package struct Line: Sendable {
        package var name: String
        package var points: [Point]
        /// Whether its points are marked: few of them, each one a measurement.
        package var isMarked: Bool

        package init(name: String, points: [Point], isMarked: Bool = false) {
            self.name = name
            self.points = points
            self.isMarked = isMarked
        }
    }

    package var title: String
    package var xName: String
    package var yName: String
    package var xScale: ClosedRange<Double>
    package var yScale: ClosedRange<Double>
    package var lines: [Line]
    /// Whether the line y = x is drawn beneath: chance, or perfect calibration.
    package var hasDiagonal: Bool

    package init(
        title: String, xName: String, yName: String, xScale: ClosedRange<Double> = 0...1, yScale: ClosedRange<Double> = 0...1,
        lines: [Line], hasDiagonal: Bool = false
    ) {
        self.title = title
        self.xName = xName
        self.yName = yName
        self.xScale = xScale
        self.yScale = yScale
        self.lines = lines
        self.hasDiagonal = hasDiagonal
    }
}
