/// The measures of one class against the rest, each a quotient of two amounts.
package enum ClassScore: String, Sendable, CaseIterable {
    /// `TP / (TP + FP)`.
    case precision
    /// `TP / (TP + FN)`.
    case recall
    /// `2 TP / (2 TP + FP + FN)`.
    case f1
    /// `TP / (TP + FP + FN)`.
    case jaccard

    /// Numerator and denominator for class `index` of `matrix`.
    func parts(_ matrix: ClassMatrix, _ index: Int) -> (numerator: Double, denominator: Double) {
        parts(right: matrix[index, index], labelled: matrix.labelled(index), predicted: matrix.predicted(index))
    }

    /// Numerator and denominator from the amounts of rows that have the class, are predicted to have it, and both.
    func parts(right: Double, labelled: Double, predicted: Double) -> (numerator: Double, denominator: Double) {
        switch self {
        case .precision: return (right, predicted)
        case .recall: return (right, labelled)
        case .f1: return (2 * right, labelled + predicted)
        case .jaccard: return (right, max(0, labelled + predicted - right))
        }
    }

    /// The class's own value; `nil` where the denominator is 0.
    package func value(_ matrix: ClassMatrix, _ index: Int) -> Double? {
        let (numerator, denominator) = parts(matrix, index)
        return denominator > 0 ? numerator / denominator : nil
    }

    /// As a sentence begins with it.
    var words: String {
        switch self {
        case .precision: "Precision"
        case .recall: "Recall"
        case .f1: "F1"
        case .jaccard: "The Jaccard index"
        }
    }

    /// What a class lacks whose denominator is 0.
    var lack: String {
        switch self {
        case .precision: "is never predicted"
        case .recall: "has no labelled row"
        case .f1, .jaccard: "has no row"
        }
    }
}
