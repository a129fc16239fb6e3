/// How well predictions of several classes are expected to agree with labels nobody has seen yet, from the probability that
/// each label is of each class.
///
/// Definition: the accuracy is the mean probability of what was predicted; the other measures are those of each class against
/// the rest (``ExpectedPerformance``), and of these the plain mean. With labels in place of probabilities (one 1 a row) they
/// are the measures of those labels.
///
/// Interval: as ``ExpectedPerformance``'s. The classes of one row exclude each other, which their covariance says.
///
/// - Source: NannyML 0.13.1 `performance_estimation.confidence_based.metrics`, the `Multiclass` measures.
package struct ExpectedClassPerformance: Sendable {
    /// Of each class a probability and a score a row.
    private let probabilities: [[Double]]
    private let scores: [[Double]]
    /// The class predicted; one that is none of the classes is −1.
    private let predictions: [Int]

    /// - Parameters:
    ///   - probabilities: of each class, in 0...1; over the classes of a row they add up to 1.
    ///   - scores: of each class, what its ROC curve is drawn by.
    ///   - predictions: a class's place a row, −1 for another.
    /// - Precondition: all columns are of one length, and there is a class.
    package init(probabilities: [[Double]], scores: [[Double]], predictions: [Int]) {
        precondition(!probabilities.isEmpty && probabilities.count == scores.count, "each class has probabilities and scores")
        precondition((probabilities + scores).allSatisfy { $0.count == predictions.count }, "rows differ in number")
        self.probabilities = probabilities
        self.scores = scores
        self.predictions = predictions
    }

    private enum ClassAnswer {
        /// The value, and by how much it grows where a row becomes of the class.
        case value(Double, slopes: [Double])
        case undefined(String)
    }

    /// - Complexity: O(rows × classes), for areas O(rows × log rows × classes).
    package func estimate(_ measure: ExpectedPerformance.Measure) -> Estimate {
        guard !predictions.isEmpty else { return Estimate(undefined: "no row has a score") }
        var values: [Double] = []
        var slopes: [[Double]] = []
        for index in probabilities.indices {
            switch measure == .accuracy ? accuracyPart(index) : answer(measure, index) {
            case .undefined(let reason): return Estimate(undefined: "of one class at least, \(reason)")
            case .value(let value, let own):
                values.append(value)
                slopes.append(own)
            }
        }
        // Parts of the accuracy are added; other measures are the mean over classes.
        let divisor = measure == .accuracy ? 1 : Double(values.count)
        let variance = blockedSum(
            of: predictions.indices.map { row in
                var (mean, square) = (0.0, 0.0)
                for index in probabilities.indices {
                    let probability = probabilities[index][row]
                    let slope = slopes[index][row]
                    mean += probability * slope
                    square += probability * slope * slope
                }
                return max(0, square - mean * mean)
            })
        return ExpectedPerformance.estimate(blockedSum(of: values) / divisor, variance: variance / (divisor * divisor))
    }

    private func accuracyPart(_ index: Int) -> ClassAnswer {
        let total = Double(predictions.count)
        let rows = predictions.indices.filter { predictions[$0] == index }
        return .value(
            blockedSum(of: rows.map { probabilities[index][$0] }) / total,
            slopes: predictions.map { $0 == index ? 1 / total : 0 })
    }

    private func answer(_ measure: ExpectedPerformance.Measure, _ index: Int) -> ClassAnswer {
        guard measure != .area else {
            guard let area = ExpectedArea(probabilities: probabilities[index], scores: scores[index]) else {
                return .undefined("all rows or none are expected")
            }
            return .value(area.value, slopes: area.slopes)
        }
        let predicted = predictions.indices.filter { predictions[$0] == index }
        let others = predictions.indices.filter { predictions[$0] != index }
        let counts = ExpectedCounts(
            hits: blockedSum(of: predicted.map { probabilities[index][$0] }),
            misses: blockedSum(of: others.map { probabilities[index][$0] }), predicted: Double(predicted.count),
            others: Double(others.count))
        switch counts.share(measure) {
        case .undefined(let reason): return .undefined(reason)
        case .value(let value, let hit, let miss):
            return .value(value, slopes: predictions.map { $0 == index ? hit : miss })
        }
    }
}
