/// Measured labels against predicted numbers: the state behind the measures of regression.
///
/// Sums are made row by row in blocks and merged in block order, so equal data gives equal bits. Spreads are kept as sums
/// of squares around the mean and merged by Chan's rule, since a difference of two large sums would lose them. Absolute
/// errors and labels are kept for medians, 16 bytes a row (24 with weights).
///
/// - Source of the merge: Chan, T. F., Golub, G. H. and LeVeque, R. J. (1983). Algorithms for computing the sample variance.
///   The American Statistician 37, 242–247.
package struct RegressionState: Sendable {
    package let isWeighted: Bool
    /// Rows with label and prediction.
    package private(set) var rowCount = 0
    package private(set) var missingLabelCount = 0
    /// Rows with a label and without a prediction.
    package private(set) var missingPredictionCount = 0
    private(set) var infiniteCount = 0
    /// Rows in which label or prediction is below 0, which have no logarithmic error.
    private(set) var negativeCount = 0

    private(set) var weight = 0.0
    private(set) var squares = 0.0
    private(set) var absolutes = 0.0
    /// Of the parts of the errors above 0.
    private(set) var excess = 0.0
    private(set) var relatives = 0.0
    private(set) var logarithmicSquares = 0.0
    private(set) var predictions = 0.0
    private(set) var largest = 0.0
    private(set) var labelSpread = Spread()
    private(set) var errorSpread = Spread()
    private(set) var predictionSpread = Spread()
    private(set) var absoluteErrors: [WeightedScore] = []
    private(set) var labels: [WeightedScore] = []

    /// A weighted mean and the sum of squares around it.
    struct Spread: Sendable {
        var weight = 0.0
        var mean = 0.0
        var squares = 0.0

        init() {}

        init(_ values: [Double], _ weights: [Double], total: Double) {
            guard total > 0 else { return }
            weight = total
            let centre = blockedSum(of: values.indices.map { values[$0] * weights[$0] }) / total
            mean = centre
            squares = blockedSum(
                of: values.indices.map { weights[$0] * (values[$0] - centre) * (values[$0] - centre) })
        }

        mutating func merge(_ other: Spread) {
            guard other.weight > 0 else { return }
            guard weight > 0 else {
                self = other
                return
            }
            let total = weight + other.weight
            let distance = other.mean - mean
            squares += other.squares + distance * distance * weight * other.weight / total
            mean += distance * other.weight / total
            weight = total
        }
    }

    package init(isWeighted: Bool) { self.isWeighted = isWeighted }

    /// The state of one block. NaN is missing.
    ///
    /// - Precondition: all have the same count; weights have passed `Weights.check`.
    package init(labels truths: Span<Double>, predictions estimates: Span<Double>, weights: [Double]? = nil) {
        precondition(truths.count == estimates.count, "labels and predictions differ in length")
        precondition(weights.map { $0.count == truths.count } ?? true, "labels and weights differ in length")
        isWeighted = weights != nil
        var used: [Double] = []
        var truth: [Double] = []
        var errors: [Double] = []
        var guesses: [Double] = []
        var terms = [[Double]](repeating: [], count: 6)
        for row in truths.indices {
            let label = truths[row]
            let estimate = estimates[row]
            if label.isNaN {
                missingLabelCount += 1
                continue
            }
            if estimate.isNaN {
                missingPredictionCount += 1
                continue
            }
            rowCount += 1
            guard label.isFinite, estimate.isFinite else {
                infiniteCount += 1
                continue
            }
            let weight = weights?[row] ?? 1
            let error = label - estimate
            let magnitude = abs(error)
            used.append(weight)
            truth.append(label)
            errors.append(error)
            guesses.append(estimate)
            terms[0].append(weight * error * error)
            terms[1].append(weight * magnitude)
            terms[2].append(weight * max(error, 0))
            terms[3].append(weight * magnitude / max(abs(label), Self.smallestDivisor))
            terms[5].append(weight * estimate)
            if label < 0 || estimate < 0 {
                negativeCount += 1
            } else {
                let ratio = naturalLogarithm(1 + label) - naturalLogarithm(1 + estimate)
                terms[4].append(weight * ratio * ratio)
            }
            largest = max(largest, magnitude)
            absoluteErrors.append(WeightedScore(score: magnitude, weight: weight))
            // Adding 0 turns −0 into 0, which is the same number.
            labels.append(WeightedScore(score: label + 0, weight: weight))
        }
        weight = weights == nil ? Double(used.count) : blockedSum(of: used)
        squares = blockedSum(of: terms[0])
        absolutes = blockedSum(of: terms[1])
        excess = blockedSum(of: terms[2])
        relatives = blockedSum(of: terms[3])
        logarithmicSquares = blockedSum(of: terms[4])
        predictions = blockedSum(of: terms[5])
        labelSpread = Spread(truth, used, total: weight)
        errorSpread = Spread(errors, used, total: weight)
        predictionSpread = Spread(guesses, used, total: weight)
    }

    /// The least label a relative error is divided by: numpy's machine epsilon, as in scikit-learn.
    static let smallestDivisor = 2.220_446_049_250_313e-16

    /// Adds the rows of `other`, which come after this state's.
    package mutating func merge(_ other: RegressionState) {
        precondition(isWeighted == other.isWeighted, "a weighted state meets an unweighted one")
        rowCount += other.rowCount
        missingLabelCount += other.missingLabelCount
        missingPredictionCount += other.missingPredictionCount
        infiniteCount += other.infiniteCount
        negativeCount += other.negativeCount
        weight += other.weight
        squares += other.squares
        absolutes += other.absolutes
        excess += other.excess
        relatives += other.relatives
        logarithmicSquares += other.logarithmicSquares
        predictions += other.predictions
        largest = max(largest, other.largest)
        labelSpread.merge(other.labelSpread)
        errorSpread.merge(other.errorSpread)
        predictionSpread.merge(other.predictionSpread)
        absoluteErrors += other.absoluteErrors
        labels += other.labels
    }
}
