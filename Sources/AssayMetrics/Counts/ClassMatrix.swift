/// Labels against predictions over `k` classes: `k × k` amounts, rows or sums of weights.
///
/// Counts are held as `Double`, which is exact below 2⁵³ rows, so that one set of formulas serves both. Sums over rows and
/// columns are added in class order.
package struct ClassMatrix: Hashable, Sendable {
    package let classCount: Int
    /// By `label · classCount + prediction`.
    package private(set) var amounts: [Double]
    /// Rows of each label, before weights.
    package let labelRows: [Int]
    /// Rows behind the amounts.
    package var rowCount: Int { labelRows.reduce(0, +) }
    package let isWeighted: Bool
    /// The sums of the squared weights behind the amounts; `nil` where they are not kept.
    private(set) var squares: [Double]?

    /// - Precondition: `amounts` has `labelRows.count²` entries, none negative.
    package init(amounts: [Double], labelRows: [Int], isWeighted: Bool, squares: [Double]? = nil) {
        precondition(amounts.count == labelRows.count * labelRows.count, "the matrix is not square")
        classCount = labelRows.count
        self.amounts = amounts
        self.labelRows = labelRows
        self.isWeighted = isWeighted
        self.squares = squares
    }

    /// The negative class first, then the positive one.
    package init(_ confusion: Confusion) {
        // Rows by label are only needed to name groups of classes, which a binary problem has none of; the split of
        // weighted rows is not known here.
        let positives = confusion.isWeighted ? 0 : Int(confusion.positives)
        self.init(
            amounts: [
                confusion.trueNegatives, confusion.falsePositives, confusion.falseNegatives, confusion.truePositives,
            ],
            labelRows: [confusion.rowCount - positives, positives], isWeighted: confusion.isWeighted)
        squares = confusion.squares
    }

    package subscript(label: Int, prediction: Int) -> Double { amounts[label * classCount + prediction] }

    /// Rows labelled `label`.
    package func labelled(_ label: Int) -> Double {
        var sum = 0.0
        for prediction in 0..<classCount { sum += self[label, prediction] }
        return sum
    }

    /// Rows predicted `prediction`.
    package func predicted(_ prediction: Int) -> Double {
        var sum = 0.0
        for label in 0..<classCount { sum += self[label, prediction] }
        return sum
    }

    package var total: Double {
        var sum = 0.0
        for label in 0..<classCount { sum += labelled(label) }
        return sum
    }

    /// Rows predicted right.
    package var agreed: Double {
        var sum = 0.0
        for label in 0..<classCount { sum += self[label, label] }
        return sum
    }

    /// Of the squared weights, rows predicted right and all rows.
    var squaredAgreement: Proportion.Squares? {
        squares.map { squares in
            Proportion.Squares(
                successes: (0..<classCount).reduce(0) { $0 + squares[$1 * classCount + $1] }, trials: squares.reduce(0, +))
        }
    }

    /// The classes that a label or a prediction has.
    package var present: [Int] { (0..<classCount).filter { labelled($0) > 0 || predicted($0) > 0 } }

    /// Both together.
    package static func + (left: ClassMatrix, right: ClassMatrix) -> ClassMatrix {
        precondition(left.classCount == right.classCount, "the matrices are of different classes")
        var sum = ClassMatrix(
            amounts: zip(left.amounts, right.amounts).map { $0 + $1 },
            labelRows: zip(left.labelRows, right.labelRows).map { $0 + $1 },
            isWeighted: left.isWeighted || right.isWeighted)
        if let first = left.squares, let second = right.squares { sum.squares = zip(first, second).map { $0 + $1 } }
        return sum
    }

    /// With that share more in a cell, as the infinitesimal jackknife wants it.
    func adding(_ share: Double, label: Int, prediction: Int) -> ClassMatrix {
        var changed = self
        changed.amounts[label * classCount + prediction] *= 1 + share
        return changed
    }

    /// Without one counted row of that cell, as the jackknife wants it.
    func removingOne(label: Int, prediction: Int) -> ClassMatrix {
        var changed = self
        changed.amounts[label * classCount + prediction] -= 1
        return changed
    }
}
