import AssayColumns
import AssayMetrics
import AssayTerms

/// What is collected row by row in the pass over one data set: the errors of predictions, and a sample of whole rows.
struct DriftRows: Sendable {
    /// Rows sampled of each data set for the comparison of whole rows.
    static let sampleSize = 500

    struct Wish: Sendable {
        var label: Text?
        var prediction: Text?
        /// Columns of the rows that are sampled; empty for none.
        var sampled: [Text] = []
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
    /// Sampled rows, value by value; `nil` is a missing one.
    private(set) var sample: [[ColumnValue?]] = []
    private var seen = 0
    private var generator: SplitMix64
    private var coder = ValueCoder()

    init(_ wish: Wish) {
        self.wish = wish
        generator = SplitMix64(seed: wish.seed)
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
        guard !wish.sampled.isEmpty else { return }
        let columns = wish.sampled.compactMap { block[$0] }
        for row in 0..<block.rowCount {
            seen += 1
            // Vitter's reservoir: each row is kept with the same probability, whatever the size of blocks.
            if sample.count < Self.sampleSize {
                sample.append(Self.values(of: columns, row))
            } else {
                let place = Int(generator.next() % UInt64(seen))
                if place < Self.sampleSize { sample[place] = Self.values(of: columns, row) }
            }
        }
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

    private static func values(of columns: [Column], _ row: Int) -> [ColumnValue?] {
        columns.map { column in
            guard column.isPresent(row) else { return nil }
            switch column.values {
            case .boolean(let values): return ColumnValue(values[row] != 0)
            case .int64(let values): return ColumnValue(values[row])
            case .double(let values): return values[row].isFinite ? ColumnValue(values[row]) : nil
            case .text(let codes, let dictionary): return .text(dictionary[codes[row]])
            case .timestamp(let values): return .timestamp(values[row])
            }
        }
    }
}
