import AssayColumns
package import AssayData
import AssayMetrics
package import AssayTerms

extension DriftProfile.Calibration {
    /// What the scores of rows with labels meant, as NannyML decides and calibrates.
    ///
    /// - Throws: `invalidArgument` for labels of more than two classes, scores outside 0...1, and rows without either; whatever is wrong with
    ///   the file.
    /// - Complexity: O(n log n), eleven times.
    package init(of file: DataFile, label: Text, score: Text, positive: Text?, options: DataOptions) throws(AssayError) {
        guard label != score else { throw AssayError(.invalidArgument, "label and score are different columns; one is named twice") }
        var coder = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
        let rows = try ScoredRows(
            file, role: "reference", label: label, prediction: nil, scores: [score], options: options, coder: &coder, progress: { _ in })
        let coding = try coder.binaryCoding(positive: positive)
        var known: (scores: [Double], labels: [UInt8]) = ([], [])
        for (row, score) in (rows.scores.first ?? []).enumerated() {
            let label = coding.code(from: rows.labels[row])
            guard label != BinaryCoding.missing, !score.isNaN else { continue }
            known.scores.append(score)
            known.labels.append(label)
        }
        guard !known.scores.isEmpty else { throw EstimationEngine.noRow(of: rows.input, with: "label and score") }
        self.init(
            positive: coding.positiveValue.name, rows: known.scores.count,
            isNeeded: CalibrationNeed.isNeeded(scores: known.scores, labels: known.labels),
            map: IsotonicCalibration(unsorted: known.scores, labels: known.labels))
    }
}
