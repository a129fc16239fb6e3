import AssayColumns
import AssayData
import AssayTerms

/// Labels, predictions and scores of one data set, row by row.
struct ScoredRows: Sendable {
    /// Codes of one coder, `ValueCoder.missing` where there is none; empty where the column was not asked for.
    let labels: [Int32]
    let predictions: [Int32]
    /// One column a score asked for; of rows whose score is missing, NaN.
    let scores: [[Double]]
    let input: Envelope.Input

    /// Reads the columns in one pass.
    ///
    /// - Parameters:
    ///   - coder: grows with the labels and predictions found.
    ///   - label: `nil` leaves labels aside.
    /// - Throws: `invalidArgument` for a score outside 0...1, naming the row; whatever is wrong with the file.
    init(
        _ file: DataFile, role: String, label: Text?, prediction: Text?, scores wanted: [Text], options: DataOptions,
        coder: inout ValueCoder, progress: (Int) -> Void
    ) throws(AssayError) {
        var options = options
        options.columns = [label, prediction].compactMap { $0 } + wanted
        let table = try file.open(options)
        let reader = try table.makeReader()
        var labels: [Int32] = []
        var predictions: [Int32] = []
        var scores = [[Double]](repeating: [], count: wanted.count)
        while let block = try reader.next() {
            if let label, let column = block[label] { labels += try coder.codes(of: column) }
            if let prediction, let column = block[prediction] { predictions += try coder.codes(of: column) }
            for (index, score) in wanted.enumerated() {
                guard let column = block[score] else { continue }
                scores[index] += try Self.probabilities(of: column, firstRow: block.firstRow, file.name)
            }
            progress(block.firstRow + block.rowCount)
        }
        let facts = try reader.finish()
        self.labels = labels
        self.predictions = predictions
        self.scores = scores
        input = Envelope.Input(role: role, name: file.name, digest: facts.digest, rows: facts.rowCount)
    }

    private static func probabilities(of column: Column, firstRow: Int, _ file: Text) throws(AssayError) -> [Double] {
        let numbers = try NumberColumn(column)
        var values = numbers.values
        for row in values.indices {
            guard numbers.validity?[row] ?? true else {
                values[row] = .nan
                continue
            }
            guard (0...1).contains(values[row]) else {
                throw AssayError(
                    .invalidArgument,
                    "\(file) has \(values[row]) in column '\(column.name)', row \(firstRow + row + 1); "
                        + "estimating wants probabilities from 0 to 1")
            }
        }
        return values
    }
}
