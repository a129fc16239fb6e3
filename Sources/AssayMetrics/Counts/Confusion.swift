/// Labels against predictions of a binary problem: four amounts, rows or sums of weights.
///
/// Counts are held as `Double`, which is exact below 2⁵³ rows, so that one set of formulas serves both.
package struct Confusion: Hashable, Sendable {
    package var trueNegatives: Double
    package var falsePositives: Double
    package var falseNegatives: Double
    package var truePositives: Double
    /// Rows behind the four amounts.
    package var rowCount: Int
    package var isWeighted: Bool
    /// The sums of the squared weights of the four, in the order above; `nil` where they are not kept.
    package var squares: [Double]?

    package init(
        trueNegatives: Double, falsePositives: Double, falseNegatives: Double, truePositives: Double, rowCount: Int,
        isWeighted: Bool
    ) {
        self.trueNegatives = trueNegatives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
        self.truePositives = truePositives
        self.rowCount = rowCount
        self.isWeighted = isWeighted
    }

    /// Of amounts in the order above.
    init(cells: [Double], rowCount: Int, isWeighted: Bool) {
        self.init(
            trueNegatives: cells[0], falsePositives: cells[1], falseNegatives: cells[2], truePositives: cells[3],
            rowCount: rowCount, isWeighted: isWeighted)
    }

    package init(trueNegatives: Int, falsePositives: Int, falseNegatives: Int, truePositives: Int) {
        self.init(
            trueNegatives: Double(trueNegatives), falsePositives: Double(falsePositives),
            falseNegatives: Double(falseNegatives), truePositives: Double(truePositives),
            rowCount: trueNegatives + falsePositives + falseNegatives + truePositives, isWeighted: false)
    }

    /// Both together. Sums of weights depend on the order of adding.
    package static func + (left: Confusion, right: Confusion) -> Confusion {
        var sum = Confusion(
            trueNegatives: left.trueNegatives + right.trueNegatives,
            falsePositives: left.falsePositives + right.falsePositives,
            falseNegatives: left.falseNegatives + right.falseNegatives,
            truePositives: left.truePositives + right.truePositives, rowCount: left.rowCount + right.rowCount,
            isWeighted: left.isWeighted || right.isWeighted)
        if let first = left.squares, let second = right.squares { sum.squares = zip(first, second).map { $0 + $1 } }
        return sum
    }

    package var positives: Double { falseNegatives + truePositives }
    package var negatives: Double { trueNegatives + falsePositives }
    package var selected: Double { falsePositives + truePositives }
    package var total: Double { negatives + positives }
}
