import AssayColumns
import AssayMetrics
import AssayTerms

/// `estimated.*`: performance to expect of rows without labels, by their scores (``ExpectedPerformance``).
///
/// Scores are calibrated where the reference profile says how and that it helps (`assay profile … --label L --score S`); `calibration: never`
/// takes them as they are, as does a profile without a calibration, and the result says which. Calibrated so it is NannyML's CBPE of these
/// rows with the profile's rows as its reference.
///
/// Assumed: a score means the probability that it meant on the reference. The inputs may change; what the label is for an input may not.
/// - Edge cases: rows with weights have no estimate; rows without score or prediction are left out and counted; a score outside 0...1 leaves the
///   value undefined.
/// - Complexity: O(n log n); 17 bytes a row.
struct EstimatedCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private let measure: ExpectedPerformance.Measure
    private let calibration: DriftProfile.Calibration?
    private var coder = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
    private var scores: [Double] = []
    private var codes: [Int32] = []
    private var isOutside = false

    init(_ setting: ColumnCheckSetting) throws(AssayError) {
        guard let measure = setting.descriptor.id.dropping("estimated.").flatMap({ ExpectedPerformance.Measure(rawValue: String($0)) }) else {
            throw AssayError(.internalFault, "\(setting.descriptor.id) estimates no measure")
        }
        self.setting = setting
        self.measure = measure
        calibration = setting.text("calibration") == "never" ? nil : setting.reference?.calibration
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        guard let name = setting.request.score, let column = block[name] else { return }
        let numbers = try NumberColumn(column)
        for row in numbers.values.indices {
            let score = numbers.validity?[row] ?? true ? numbers.values[row] : .nan
            if !score.isNaN, !(0...1).contains(score) { isOutside = true }
            scores.append(score)
        }
        if let prediction = setting.request.prediction.flatMap({ block[$0] }) { codes += try coder.codes(of: prediction) }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        guard setting.request.score != nil else {
            return setting.result(value: nil, rows: rowCount, undefined: "it takes probabilities from a column of scores, and there is none")
        }
        guard setting.request.weight == nil else {
            return setting.result(value: nil, rows: rowCount, undefined: "estimates take every row alike, and these rows have weights")
        }
        guard !isOutside else {
            return setting.result(value: nil, rows: rowCount, undefined: "a score lies outside 0 to 1, so it is no probability")
        }
        var decided: [UInt8]?
        if codes.count == scores.count, !codes.isEmpty {
            decided = try coder.binaryCoding(positive: setting.request.positive ?? calibration?.positive).codes(from: codes)
        }
        var kept: (scores: [Double], predictions: [UInt8]) = ([], [])
        for row in scores.indices where !scores[row].isNaN {
            let prediction = decided?[row] ?? (scores[row] >= setting.request.cutoff ? BinaryCoding.positive : BinaryCoding.negative)
            guard prediction != BinaryCoding.missing else { continue }
            kept.scores.append(scores[row])
            kept.predictions.append(prediction)
        }
        guard !kept.scores.isEmpty else {
            return setting.result(value: nil, rows: 0, undefined: "no row has a score and a prediction")
        }
        var probabilities = kept.scores
        if let calibration, calibration.isNeeded { probabilities = probabilities.map(calibration.map.probability) }
        let estimate = ExpectedPerformance(probabilities: probabilities, scores: kept.scores, predictions: kept.predictions).estimate(measure)
        var result = setting.result(value: estimate.value, measure: measure.rawValue, rows: kept.scores.count, undefined: estimate.undefined)
        result.interval = estimate.interval
        result.excluded.missingPrediction = scores.count - kept.scores.count
        result.details["method"] = .text("cbpe")
        result.details["calibrated"] = .flag(calibration?.isNeeded ?? false)
        result.details["scores"] = .text(
            calibration.map { $0.isNeeded ? "calibrated by the reference profile" : "as they are: calibrated already, by the reference profile" }
                ?? "as they are: no calibration was given")
        return result
    }
}
