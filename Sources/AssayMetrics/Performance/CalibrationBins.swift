/// Probabilities against what came true, in ten bins of equal width: the state behind the expected calibration error and the
/// calibration curve.
///
/// Bin `i` holds the scores above `i · 0.1` up to `(i + 1) · 0.1`, the first one 0 too; the edges are numpy's
/// `linspace(0, 1, 11)`, as in scikit-learn's `calibration_curve(strategy="uniform")`.
package struct CalibrationBins: Sendable {
    package static let count = 10
    private static let innerEdges = (1..<count).map { Double($0) * 0.1 }

    package struct Bin: Hashable, Sendable {
        package var rows = 0
        package var weight = 0.0
        package var scoreSum = 0.0
        package var positiveWeight = 0.0

        /// The mean score of the bin; `nil` where it is empty.
        package var meanScore: Double? { weight > 0 ? scoreSum / weight : nil }
        /// The share of positives in the bin; `nil` where it is empty.
        package var positiveShare: Double? { weight > 0 ? positiveWeight / weight : nil }
    }

    package private(set) var bins = [Bin](repeating: Bin(), count: count)

    package init() {}

    /// - Precondition: `0 ≤ score ≤ 1`.
    mutating func add(score: Double, isPositive: Bool, weight: Double) {
        var index = min(Self.count - 1, Int(score * 10))
        // The product may round across an edge.
        while index < Self.innerEdges.count, Self.innerEdges[index] < score { index += 1 }
        while index > 0, Self.innerEdges[index - 1] >= score { index -= 1 }
        bins[index].rows += 1
        bins[index].weight += weight
        bins[index].scoreSum += weight * score
        if isPositive { bins[index].positiveWeight += weight }
    }

    mutating func merge(_ other: CalibrationBins) {
        for index in bins.indices {
            bins[index].rows += other.bins[index].rows
            bins[index].weight += other.bins[index].weight
            bins[index].scoreSum += other.bins[index].scoreSum
            bins[index].positiveWeight += other.bins[index].positiveWeight
        }
    }

    /// `Σ wᵦ / W · |mean score − share of positives|` over bins that have rows; `nil` without weight.
    var expectedError: Double? {
        let total = bins.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return nil }
        return bins.reduce(0) { $0 + abs($1.scoreSum - $1.positiveWeight) } / total
    }

    /// The name of a bin's range: `0.1–0.2`.
    package static func name(_ index: Int) -> String {
        index + 1 == count ? "0.9–1" : "\(index == 0 ? "0" : "0.\(index)")–0.\(index + 1)"
    }
}
