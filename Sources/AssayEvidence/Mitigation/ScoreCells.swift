import AssayColumns
import AssayMetrics
import AssayTerms

/// Scores by group and label, in codes: which label is positive is known only after the last block.
struct ScoreCells {
    private struct Cell {
        var scores: [Double] = []
        /// Rows by the prediction's code.
        var predicted: [Int] = []
    }

    /// By group code, then label code.
    private var cells: [[Cell]] = []
    private(set) var excluded = CheckResult.Excluded()

    /// - Parameters:
    ///   - scores: NaN where the row has none.
    ///   - predictions: `nil` where decisions are made from the scores.
    mutating func add(labels: [Int32], groups: [Int32], scores: [Double], predictions: [Int32]?) {
        for row in labels.indices {
            let (group, label) = (groups[row], labels[row])
            guard group != ValueCoder.missing else {
                excluded.missingGroup += 1
                continue
            }
            guard label != ValueCoder.missing else {
                excluded.missingLabel += 1
                continue
            }
            guard !scores[row].isNaN, predictions.map({ $0[row] != ValueCoder.missing }) ?? true else {
                excluded.missingPrediction += 1
                continue
            }
            while cells.count <= group { cells.append([]) }
            while cells[Int(group)].count <= label { cells[Int(group)].append(Cell()) }
            cells[Int(group)][Int(label)].scores.append(scores[row])
            guard let predictions else { continue }
            let code = Int(predictions[row])
            while cells[Int(group)][Int(label)].predicted.count <= code { cells[Int(group)][Int(label)].predicted.append(0) }
            cells[Int(group)][Int(label)].predicted[code] += 1
        }
    }

    func groups(count: Int, place: (Int32) -> Int, isPositive: (Int32) -> Bool) -> [GroupScores] {
        var scores = [(positives: [Double], negatives: [Double])](repeating: ([], []), count: count)
        for (group, labels) in cells.enumerated() {
            for (label, cell) in labels.enumerated() where !cell.scores.isEmpty {
                if isPositive(Int32(label)) {
                    scores[place(Int32(group))].positives += cell.scores
                } else {
                    scores[place(Int32(group))].negatives += cell.scores
                }
            }
        }
        return scores.map { GroupScores(positives: $0.positives, negatives: $0.negatives) }
    }

    /// The named predictions against the labels.
    func predicted(count: Int, place: (Int32) -> Int, isPositive: (Int32) -> Bool) -> [Confusion] {
        // Negative and positive labels, each by prediction.
        var amounts = [[[Int]]](repeating: [[0, 0], [0, 0]], count: count)
        for (group, labels) in cells.enumerated() {
            for (label, cell) in labels.enumerated() {
                for (prediction, rows) in cell.predicted.enumerated() where rows > 0 {
                    amounts[place(Int32(group))][isPositive(Int32(label)) ? 1 : 0][isPositive(Int32(prediction)) ? 1 : 0] += rows
                }
            }
        }
        return amounts.map {
            Confusion(trueNegatives: $0[0][0], falsePositives: $0[0][1], falseNegatives: $0[1][0], truePositives: $0[1][1])
        }
    }
}
