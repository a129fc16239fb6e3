import AssayColumns
import AssayMetrics
import AssayTerms

/// What is collected row by row in the pass over one data set: the errors of predictions, and a sample of whole rows.
struct DriftRows: Sendable {
    /// Rows sampled of each data set for the energy distance, which looks at every pair.
    static let sampleSize = 500
    /// Rows sampled of each data set for a classifier.
    static let classifierSampleSize = 2_000

    struct Wish: Sendable {
        var label: Text?
        var prediction: Text?
        /// Columns of the rows that are sampled.
        var sampled: [Text] = []
        var comparesRows = false
        var classifiesRows = false
        var seed: UInt64
    }

    let wish: Wish
    /// `label − prediction` by row, where both are numbers.
    private(set) var residuals: [Double] = []
    /// Rows whose label is not what was predicted, and all rows with both.
    private(set) var wrongCount = 0
    private(set) var judgedCount = 0
    private(set) var unjudgedCount = 0
    private(set) var areNumbers = true
    /// Of `wish.sampled`, in that order.
    private(set) var sample: RowSample
    private(set) var classifierSample: RowSample
    private var coder = ValueCoder()

    init(_ wish: Wish) {
        self.wish = wish
        sample = RowSample(size: Self.sampleSize, seed: wish.seed)
        classifierSample = RowSample(size: Self.classifierSampleSize, seed: wish.seed)
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        if let label = wish.label, let prediction = wish.prediction {
            guard let labels = block[label], let predictions = block[prediction] else { return }
            if labels.type == .text || predictions.type == .text {
                try addClasses(labels, predictions)
            } else {
                try addNumbers(labels, predictions)
            }
        }
        let columns = wish.sampled.compactMap { block[$0] }
        if wish.comparesRows { sample.add(columns, rowCount: block.rowCount) }
        if wish.classifiesRows { classifierSample.add(columns, rowCount: block.rowCount) }
    }

    private mutating func addClasses(_ labels: Column, _ predictions: Column) throws(AssayError) {
        areNumbers = false
        let left = try coder.codes(of: labels)
        let right = try coder.codes(of: predictions)
        for (truth, guess) in zip(left, right) {
            if truth == ValueCoder.missing || guess == ValueCoder.missing {
                unjudgedCount += 1
            } else {
                judgedCount += 1
                if truth != guess { wrongCount += 1 }
            }
        }
    }

    private mutating func addNumbers(_ labels: Column, _ predictions: Column) throws(AssayError) {
        let left = try NumberColumn(labels)
        let right = try NumberColumn(predictions)
        for row in left.values.indices {
            let gap = left.values[row] - right.values[row]
            guard left.validity?[row] ?? true, right.validity?[row] ?? true, gap.isFinite else {
                unjudgedCount += 1
                continue
            }
            judgedCount += 1
            if gap != 0 { wrongCount += 1 }
            residuals.append(gap)
        }
    }
}
