import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// One code for each distinct text, the same in several files.
struct TextCodes {
    private var codes: [Text: Int32] = [:]

    mutating func code(of text: Text) -> Int32 {
        if let code = codes[text] { return code }
        let code = Int32(codes.count)
        codes[text] = code
        return code
    }
}

/// Features, prediction and label of one data set, row by row. Rows without a finite prediction, or label where it is asked
/// for, are left out and counted.
struct PredictedRows: Sendable {
    let features: [ExpectedLoss.Feature]
    let predictions: [Double]
    /// Empty where labels were not asked for.
    let labels: [Double]
    let missingPredictions: Int
    let missingLabels: Int
    let input: Envelope.Input

    /// Reads the columns in one pass.
    ///
    /// - Throws: `invalidArgument` for a label or prediction of text; whatever is wrong with the file.
    init(
        _ file: DataFile, features names: [Text], prediction: Text, label: Text?, options: DataOptions, texts: inout TextCodes,
        progress: (Int) -> Void
    ) throws(AssayError) {
        var options = options
        options.columns = names + [prediction] + [label].compactMap { $0 }
        let table = try file.open(options)
        var features: [ExpectedLoss.Feature] = names.map { name in
            table.columns.first { $0.name == name }?.type == .text ? .texts([]) : .numbers([])
        }
        var (predictions, labels) = ([Double](), [Double]())
        var (missingPredictions, missingLabels) = (0, 0)
        let reader = try table.makeReader()
        while let block = try reader.next() {
            guard let column = block[prediction] else { continue }
            let predicted = try Self.numbers(column)
            var known: [Double]?
            if let label, let column = block[label] { known = try Self.numbers(column) }
            var rows: [Int] = []
            for row in 0..<block.rowCount {
                if let known, !known[row].isFinite {
                    missingLabels += 1
                } else if !predicted[row].isFinite {
                    missingPredictions += 1
                } else {
                    rows.append(row)
                }
            }
            predictions += rows.map { predicted[$0] }
            if let known { labels += rows.map { known[$0] } }
            for (index, name) in names.enumerated() {
                guard let column = block[name] else { continue }
                try Self.append(column, rows, to: &features[index], &texts)
            }
            progress(block.firstRow + block.rowCount)
        }
        let facts = try reader.finish()
        self.features = features
        self.predictions = predictions
        self.labels = labels
        self.missingPredictions = missingPredictions
        self.missingLabels = missingLabels
        input = Envelope.Input(
            role: label == nil ? "data" : "reference", name: file.name, digest: facts.digest, rows: facts.rowCount)
    }

    /// Of rows without a number, NaN.
    private static func numbers(_ column: Column) throws(AssayError) -> [Double] {
        let numbers = try NumberColumn(column)
        guard let validity = numbers.validity else { return numbers.values }
        return numbers.values.indices.map { validity[$0] ? numbers.values[$0] : .nan }
    }

    private static func append(
        _ column: Column, _ rows: [Int], to feature: inout ExpectedLoss.Feature, _ texts: inout TextCodes
    ) throws(AssayError) {
        switch feature {
        case .numbers(var values):
            feature = .numbers([])
            let numbers = try Self.numbers(column)
            for row in rows { values.append(numbers[row]) }
            feature = .numbers(values)
        case .texts(var codes):
            guard case .text(let own, let dictionary) = column.values else { return }
            feature = .texts([])
            var known = [Int32](repeating: -1, count: dictionary.count)
            for row in rows {
                guard column.isPresent(row) else {
                    codes.append(-1)
                    continue
                }
                let code = Int(own[row])
                if known[code] < 0 { known[code] = texts.code(of: dictionary[own[row]]) }
                codes.append(known[code])
            }
            feature = .texts(codes)
        }
    }
}
