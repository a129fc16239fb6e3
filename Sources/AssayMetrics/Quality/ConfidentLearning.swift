/// Labels that the predicted probabilities contradict.
///
/// Definition, for two classes: the threshold of a class is the mean of its predicted probability over the rows labelled with
/// it. A suspected error is a row whose other class reaches its threshold and is the likelier one.
///
/// - Source: Northcutt, Jiang and Chuang (2021), Confident learning, JAIR 70, equations 1 and 2; cleanlab 2.9
///   `find_label_issues(filter_by="confident_learning")` off the diagonal of the confident joint.
/// - Undefined where a class has no row, since it has no threshold.
/// - Cost: O(n), two passes over what is kept: nine bytes a row.
package struct ConfidentLearning: Sendable {
    /// cleanlab's, for both comparisons.
    private static let tolerance = 1e-6

    private var labels: [UInt8] = []
    private var scores: [Double] = []

    package init() {}

    /// - Parameters: 0 or 1 and the probability of 1, of one row that has both.
    package mutating func add(label: UInt8, score: Double) {
        labels.append(label)
        scores.append(score)
    }

    package var rowCount: Int { labels.count }

    /// Suspected errors among rows labelled 0 and rows labelled 1; `nil` where one of the two is empty.
    package var suspects: (negatives: Int, positives: Int)? {
        var counts = [0.0, 0.0]
        var sums = [0.0, 0.0]
        for (label, score) in zip(labels, scores) {
            counts[Int(label)] += 1
            sums[Int(label)] += label == 1 ? score : 1 - score
        }
        guard counts[0] > 0, counts[1] > 0 else { return nil }
        // As cleanlab, a hair below the mean, so that rows at the mean itself count.
        let thresholds = [sums[0] / counts[0] - Self.tolerance, sums[1] / counts[1] - Self.tolerance]
        var suspects = (negatives: 0, positives: 0)
        for (label, score) in zip(labels, scores) {
            // The other class reaches its threshold, and the probabilities themselves prefer it.
            let isTaken = score >= thresholds[1] && score > 1 - score + Self.tolerance
            let isOther = 1 - score >= thresholds[0] && 1 - score > score + Self.tolerance
            if label == 0, isTaken { suspects.negatives += 1 }
            if label == 1, isOther { suspects.positives += 1 }
        }
        return suspects
    }
}
