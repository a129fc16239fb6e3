/// Two models' answers on the same rows: what a paired comparison is a function of.
///
/// Pairing removes the variance that both share through the rows, so that a difference shows which two separate intervals
/// hide. Rows count that have everything both models need; weights are not taken.
package struct PairedState: Sendable {
    /// Rows the first model predicts right and the second wrong.
    package private(set) var onlyFirst = 0
    package private(set) var onlySecond = 0
    package private(set) var rowCount = 0
    private(set) var positives: [(first: Double, second: Double)] = []
    private(set) var negatives: [(first: Double, second: Double)] = []
    /// Of the second model's loss minus the first's, by row.
    private(set) var absoluteGains = RegressionState.Spread()
    private(set) var squaredGains = RegressionState.Spread()

    package init() {}

    /// Classes, by any codes that are equal where the values are; below 0 where missing.
    package mutating func add(labels: [Int32], first: [Int32], second: [Int32]) {
        for row in labels.indices where labels[row] >= 0 && first[row] >= 0 && second[row] >= 0 {
            rowCount += 1
            let isFirst = labels[row] == first[row]
            let isSecond = labels[row] == second[row]
            if isFirst, !isSecond { onlyFirst += 1 }
            if isSecond, !isFirst { onlySecond += 1 }
        }
    }

    /// Scores of the positive label; labels are 0, 1 or 2 (missing).
    package mutating func add(labels: [UInt8], first: [Double], second: [Double]) {
        for row in labels.indices where labels[row] < 2 && first[row].isFinite && second[row].isFinite {
            if labels[row] == 1 {
                positives.append((first[row], second[row]))
            } else {
                negatives.append((first[row], second[row]))
            }
        }
    }

    /// Predicted numbers, NaN where missing.
    package mutating func add(truths: [Double], first: [Double], second: [Double]) {
        var absolute: [Double] = []
        var squared: [Double] = []
        for row in truths.indices where truths[row].isFinite && first[row].isFinite && second[row].isFinite {
            let own = truths[row] - first[row]
            let other = truths[row] - second[row]
            absolute.append(abs(other) - abs(own))
            squared.append(other * other - own * own)
        }
        rowCount += absolute.count
        let ones = [Double](repeating: 1, count: absolute.count)
        absoluteGains.merge(RegressionState.Spread(absolute, ones, total: Double(absolute.count)))
        squaredGains.merge(RegressionState.Spread(squared, ones, total: Double(squared.count)))
    }

    /// Rows with a label and both scores.
    package var scoredRowCount: Int { positives.count + negatives.count }
}
