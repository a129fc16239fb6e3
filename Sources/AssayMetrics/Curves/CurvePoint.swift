/// One point of a curve.
package struct CurvePoint: Hashable, Sendable {
    package var x: Double
    package var y: Double
    /// The score from which on rows count as positive here; `nil` where no row does, and on curves that have none.
    package var threshold: Double?
    /// The rows behind the point, where it stands for a bin.
    package var rows: Int?

    package init(x: Double, y: Double, threshold: Double? = nil, rows: Int? = nil) {
        self.x = x
        self.y = y
        self.threshold = threshold
        self.rows = rows
    }
}
