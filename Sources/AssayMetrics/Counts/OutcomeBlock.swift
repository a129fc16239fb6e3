/// Label and prediction codes of consecutive rows, joined into one cell code a row: `label · 4 + prediction`.
///
/// Codes are 0 (negative), 1 (positive) and 2 (missing). The join is made once a block and read by every
/// table that counts it.
package struct OutcomeBlock: Sendable {
    /// Cell codes range over 0…10; a table has 16 so that a cell is found by a shift.
    package static let cellCount = 16

    package let cells: [UInt8]
    /// One weight a row, all finite and not negative, or `nil`.
    package let weights: [Double]?

    /// - Precondition: all spans have the same count; codes are 0, 1 or 2; weights have passed `Weights.check`.
    /// - Complexity: O(`labels.count`).
    package init(labels: Span<UInt8>, predictions: Span<UInt8>, weights: [Double]? = nil) {
        precondition(labels.count == predictions.count, "labels and predictions differ in length")
        precondition(weights.map { $0.count == labels.count } ?? true, "labels and weights differ in length")
        cells = [UInt8](unsafeUninitializedCapacity: labels.count) { buffer, count in
            for row in labels.indices { buffer[row] = (labels[row] & 3) << 2 | (predictions[row] & 3) }
            count = labels.count
        }
        self.weights = weights
    }

    package var rowCount: Int { cells.count }
}
