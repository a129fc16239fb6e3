/// Rows that have a set of labels each, as yes or no a label: the state behind the measures of multilabel predictions.
///
/// Counts are held as `Double`, exact below 2⁵³ rows; with weights they are sums in row order within a block, then block by
/// block.
///
/// - Complexity: O(rows · labels) to fill, O(labels) in memory.
package struct LabelSetState: Sendable {
    /// Amounts of one label.
    struct Amounts: Hashable, Sendable {
        var right = 0.0
        var labelled = 0.0
        var predicted = 0.0
        var labelledRows = 0
    }

    package let isWeighted: Bool
    private(set) var labels: [Amounts] = []
    /// Rows in which every label and prediction is known.
    package private(set) var rowCount = 0
    package private(set) var missingLabelCount = 0
    /// Rows with all labels and without one of the predictions.
    package private(set) var missingPredictionCount = 0
    private(set) var weight = 0.0
    /// Of rows whose predicted set is the labels'.
    private(set) var exact = 0.0
    /// Of labels predicted wrong.
    private(set) var wrong = 0.0
    /// By score, the sum of the rows' own values and how many rows have none.
    private(set) var samples = [(sum: Double, lacking: Int)](repeating: (0, 0), count: ClassScore.allCases.count)

    package init(isWeighted: Bool) { self.isWeighted = isWeighted }

    /// The state of one block: by label one code a row, 0, 1 or 2 (missing).
    ///
    /// - Parameter members: the rows to take; all where `nil`.
    /// - Precondition: labels and predictions have the same shape; weights have passed `Weights.check`.
    package init(
        labels truths: [[UInt8]], predictions: [[UInt8]], weights: [Double]?, members: [Int]? = nil, rowCount: Int
    ) {
        precondition(truths.count == predictions.count, "there are as many labels as predictions")
        precondition((truths + predictions).allSatisfy { $0.count == rowCount }, "columns differ in length")
        isWeighted = weights != nil
        labels = [Amounts](repeating: Amounts(), count: truths.count)
        for row in members ?? Array(0..<rowCount) {
            guard truths.allSatisfy({ $0[row] < 2 }) else {
                missingLabelCount += 1
                continue
            }
            guard predictions.allSatisfy({ $0[row] < 2 }) else {
                missingPredictionCount += 1
                continue
            }
            let weight = weights?[row] ?? 1
            var own = (right: 0, labelled: 0, predicted: 0)
            for place in labels.indices {
                let isLabelled = truths[place][row] == 1
                let isPredicted = predictions[place][row] == 1
                if isLabelled {
                    labels[place].labelled += weight
                    labels[place].labelledRows += 1
                    own.labelled += 1
                }
                if isPredicted {
                    labels[place].predicted += weight
                    own.predicted += 1
                }
                if isLabelled, isPredicted {
                    labels[place].right += weight
                    own.right += 1
                }
            }
            let missed = own.labelled + own.predicted - 2 * own.right
            self.rowCount += 1
            self.weight += weight
            wrong += weight * Double(missed)
            if missed == 0 { exact += weight }
            for (index, score) in ClassScore.allCases.enumerated() {
                let parts = score.parts(
                    right: Double(own.right), labelled: Double(own.labelled), predicted: Double(own.predicted))
                if parts.denominator > 0 {
                    samples[index].sum += weight * parts.numerator / parts.denominator
                } else {
                    samples[index].lacking += 1
                }
            }
        }
    }

    /// Adds the rows of `other`, which come after this state's.
    package mutating func merge(_ other: LabelSetState) {
        precondition(isWeighted == other.isWeighted, "a weighted state meets an unweighted one")
        guard !other.labels.isEmpty else { return }
        guard !labels.isEmpty else {
            self = other
            return
        }
        precondition(labels.count == other.labels.count, "the states are of different labels")
        for place in labels.indices {
            labels[place].right += other.labels[place].right
            labels[place].labelled += other.labels[place].labelled
            labels[place].predicted += other.labels[place].predicted
            labels[place].labelledRows += other.labels[place].labelledRows
        }
        rowCount += other.rowCount
        missingLabelCount += other.missingLabelCount
        missingPredictionCount += other.missingPredictionCount
        weight += other.weight
        exact += other.exact
        wrong += other.wrong
        for index in samples.indices {
            samples[index].sum += other.samples[index].sum
            samples[index].lacking += other.samples[index].lacking
        }
    }

    package var labelCount: Int { labels.count }

    /// Rows labelled with the label at `place`.
    package func labelledRows(_ place: Int) -> Int { labels[place].labelledRows }

    /// The label's own value; `nil` where its denominator is 0.
    package func value(_ score: ClassScore, _ place: Int) -> Double? {
        let own = labels[place]
        let parts = score.parts(right: own.right, labelled: own.labelled, predicted: own.predicted)
        return parts.denominator > 0 ? parts.numerator / parts.denominator : nil
    }
}
