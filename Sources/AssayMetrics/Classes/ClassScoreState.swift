/// Scores of several classes against labels: the state behind the areas under the ROC curves, log loss, Brier score and top-k
/// accuracy of more than two classes.
///
/// A row has one score a class. Losses are summed row by row in blocks and merged in block order; labels and scores are kept
/// for the areas, `8 k + 4` bytes a row (8 more with weights).
package struct ClassScoreState: Sendable {
    /// The label's class is not among those that have scores.
    package static let unknown: Int32 = -2
    /// The depths at which the hits of the highest scores are counted.
    package static let depths = [2, 3, 5]
    /// How far the probabilities of a row may sum from 1.
    package static let tolerance = 1e-5

    package let isWeighted: Bool
    package private(set) var classCount = 0
    /// The class of each row's label.
    private(set) var labels: [Int32] = []
    /// By class, one a row.
    private(set) var scores: [[Double]] = []
    private(set) var weights: [Double] = []
    package private(set) var missingLabelCount = 0
    /// Rows with a label and without one of the scores.
    package private(set) var missingScoreCount = 0
    private(set) var unknownLabelCount = 0
    private(set) var infiniteCount = 0
    private(set) var outsideUnitCount = 0
    private(set) var unnormalizedCount = 0
    private(set) var weightSum = 0.0
    private(set) var logLossSum = 0.0
    private(set) var squaredErrorSum = 0.0
    /// By depth: the weight of the rows whose label is among so many highest scores.
    private(set) var hits = [Double](repeating: 0, count: depths.count)

    package init(isWeighted: Bool) { self.isWeighted = isWeighted }

    /// The state of one block.
    ///
    /// - Parameters:
    ///   - truths: the label's class, −1 where the row has no label, `unknown` where its class has no scores.
    ///   - estimates: by class in the order of their values, NaN where missing.
    ///   - members: the rows to take; all where `nil`.
    /// - Precondition: all have the same count; weights have passed `Weights.check`.
    package init(labels truths: [Int32], scores estimates: [[Double]], weights rowWeights: [Double]?, members: [Int]? = nil) {
        precondition(estimates.allSatisfy { $0.count == truths.count }, "labels and scores differ in length")
        isWeighted = rowWeights != nil
        classCount = estimates.count
        scores = [[Double]](repeating: [], count: classCount)
        var losses: [Double] = []
        var squares: [Double] = []
        var row = [Double](repeating: 0, count: classCount)
        for index in members ?? Array(truths.indices) {
            let truth = Int(truths[index])
            guard truth != -1 else {
                missingLabelCount += 1
                continue
            }
            for place in 0..<classCount { row[place] = estimates[place][index] + 0 }
            guard !row.contains(where: \.isNaN) else {
                missingScoreCount += 1
                continue
            }
            let weight = rowWeights?[index] ?? 1
            labels.append(truths[index])
            for place in 0..<classCount { scores[place].append(row[place]) }
            if isWeighted { weights.append(weight) }
            guard truth >= 0 else {
                unknownLabelCount += 1
                continue
            }
            let rank = Self.rank(of: truth, in: row)
            for (place, depth) in Self.depths.enumerated() where rank < depth { hits[place] += weight }
            if row.contains(where: \.isInfinite) { infiniteCount += 1 }
            guard row.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
                outsideUnitCount += 1
                continue
            }
            if abs(row.reduce(0, +) - 1) > Self.tolerance { unnormalizedCount += 1 }
            let likelihood = min(max(row[truth], ScoreState.clip), 1 - ScoreState.clip)
            losses.append(-weight * naturalLogarithm(likelihood))
            var distance = 0.0
            for place in 0..<classCount {
                let error = (place == truth ? 1 : 0) - row[place]
                distance += error * error
            }
            squares.append(weight * distance)
        }
        logLossSum = blockedSum(losses.span)
        squaredErrorSum = blockedSum(squares.span)
        weightSum = isWeighted ? blockedSum(weights.span) : Double(labels.count)
    }

    /// How many classes come before `truth` by falling score; of equal scores the later class comes first, as in
    /// scikit-learn.
    private static func rank(of truth: Int, in row: [Double]) -> Int {
        var rank = 0
        for place in row.indices where row[place] > row[truth] || (row[place] == row[truth] && place > truth) { rank += 1 }
        return rank
    }

    /// Adds the rows of `other`, which come after this state's. Both are over the same classes, or one has no rows.
    package mutating func merge(_ other: ClassScoreState) {
        precondition(isWeighted == other.isWeighted, "a weighted state meets an unweighted one")
        guard other.classCount > 0 else { return }
        guard classCount > 0 else {
            self = other
            return
        }
        precondition(classCount == other.classCount, "the states are of different classes")
        labels += other.labels
        for place in scores.indices { scores[place] += other.scores[place] }
        weights += other.weights
        missingLabelCount += other.missingLabelCount
        missingScoreCount += other.missingScoreCount
        unknownLabelCount += other.unknownLabelCount
        infiniteCount += other.infiniteCount
        outsideUnitCount += other.outsideUnitCount
        unnormalizedCount += other.unnormalizedCount
        weightSum += other.weightSum
        logLossSum += other.logLossSum
        squaredErrorSum += other.squaredErrorSum
        for place in hits.indices { hits[place] += other.hits[place] }
    }

    /// Rows with a label and all scores.
    package var rowCount: Int { labels.count }
}
