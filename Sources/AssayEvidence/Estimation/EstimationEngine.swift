import AssayColumns
import AssayData
import AssayMetrics
package import AssayTerms

/// Estimates performance without labels.
package enum EstimationEngine {
    /// One result a measure, `estimated.<measure>`: the estimate for the current rows, with the measured value of the
    /// reference as group `reference`.
    ///
    /// - Parameter progress: told the rows read so far of the file at hand.
    /// - Throws: `invalidArgument` for a request that cannot be met or a reference without labels; whatever is wrong with
    ///   the data, naming file and column.
    package static func compute(
        _ request: EstimationRequest, progress: (Int) -> Void = { _ in }
    ) throws(AssayError) -> [CheckResult] {
        try request.validate()
        switch request.method {
        case .dle: return try LossEstimation.compute(request, progress: progress)
        case .cbpe where !request.classScores.isEmpty: return try ClassEstimation.compute(request, progress: progress)
        case .cbpe: return try binary(request, progress)
        }
    }

    static func options(_ request: EstimationRequest) -> DataOptions {
        var options = DataOptions(schema: request.schema)
        if let words = request.missingWords { options.missingWords = words }
        return options
    }

    static func noRow(of reference: Envelope.Input, with what: String) -> AssayError {
        AssayError(
            .invalidArgument, "no row of \(reference.name) has \(what), and the estimate rests on such rows")
    }

    private static func binary(
        _ request: EstimationRequest, _ progress: (Int) -> Void
    ) throws(AssayError) -> [CheckResult] {
        let options = options(request)
        let scores = [request.score].compactMap { $0 }
        var coder = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
        let reference = try ScoredRows(
            request.reference, role: "reference", label: request.label, prediction: request.prediction,
            scores: scores, options: options, coder: &coder, progress: progress)
        let current = try ScoredRows(
            request.current, role: "data", label: nil, prediction: request.prediction, scores: scores,
            options: options, coder: &coder, progress: progress)
        let coding = try coder.binaryCoding(positive: request.positive)

        let known = Outcomes(reference, coding, request)
        guard !known.scores.isEmpty else {
            throw noRow(of: reference.input, with: "label, score and prediction")
        }
        let isCalibrated =
            switch request.calibration {
            case .auto: CalibrationNeed.isNeeded(scores: known.scores, labels: known.labels)
            case .always: true
            case .never: false
            }
        let open = Outcomes(current, coding, request)
        var probabilities = open.scores
        if isCalibrated {
            let calibration = IsotonicCalibration(unsorted: known.scores, labels: known.labels)
            probabilities = probabilities.map(calibration.probability)
        }
        let expected = ExpectedPerformance(
            probabilities: probabilities, scores: open.scores, predictions: open.predictions)
        let measured = ExpectedPerformance(
            probabilities: known.labels.map { Double($0) }, scores: known.scores, predictions: known.predictions)
        return ExpectedPerformance.Measure.allCases.map { measure in
            var result = result(
                measure, estimated: expected.estimate(measure), rows: open.scores.count,
                measured: measured.estimate(measure).value, of: known.scores.count,
                excluded: CheckResult.Excluded(
                    missingLabel: known.missingLabels, missingPrediction: known.missingScores + open.missingScores))
            result.details = [
                "method": .text(Text(request.method.rawValue)), "calibrated": .flag(isCalibrated),
                "positive": .text(coding.positiveValue.name),
            ]
            return result
        }
    }

    /// An estimate on `rows` current rows beside the value that was measured on `count` rows of the reference.
    static func result(
        _ measure: ExpectedPerformance.Measure, estimated estimate: Estimate, rows: Int, measured: Double?, of count: Int,
        excluded: CheckResult.Excluded
    ) -> CheckResult {
        CheckResult(
            descriptor: descriptor(measure), value: estimate.value, interval: estimate.interval, measure: measure.rawValue,
            groups: [
                CheckResult.Group(group: "reference", count: count, value: measured),
                CheckResult.Group(group: "current", count: rows, value: estimate.value, interval: estimate.interval),
            ],
            rows: rows, excluded: excluded, undefined: estimate.undefined)
    }

    /// What a result of this id says, in one sentence; `nil` where it is none of an estimate's.
    package static func sentence(of id: String) -> String? {
        let descriptors = ExpectedPerformance.Measure.allCases.map(descriptor) + ExpectedLoss.Measure.allCases.map(LossEstimation.descriptor)
        return descriptors.first { $0.id == id }?.sentence
    }

    static func descriptor(_ measure: ExpectedPerformance.Measure) -> CheckDescriptor {
        let name = measure == .area ? "ROC AUC" : measure.rawValue
        return CheckDescriptor(
            id: "estimated." + measure.rawValue, convention: .nannyML, direction: .higherIsBetter, kind: .whole,
            needs: [.label, .score],
            sentence: "The \(name) to expect of these rows before their labels are known.",
            source: "NannyML 0.13.1 CBPE, \(measure.rawValue)", least: 0, greatest: 1)
    }

    /// Rows that have everything, in order.
    private struct Outcomes {
        /// 0 or 1; empty where labels were not read.
        var labels: [UInt8] = []
        var scores: [Double] = []
        var predictions: [UInt8] = []
        var missingLabels = 0
        var missingScores = 0

        init(_ rows: ScoredRows, _ coding: BinaryCoding, _ request: EstimationRequest) {
            let hasLabels = !rows.labels.isEmpty
            for (row, score) in (rows.scores.first ?? []).enumerated() {
                let label = hasLabels ? coding.code(from: rows.labels[row]) : BinaryCoding.negative
                let prediction =
                    request.prediction == nil
                    ? (score >= request.cutoff ? BinaryCoding.positive : BinaryCoding.negative)
                    : coding.code(from: rows.predictions[row])
                guard label != BinaryCoding.missing else {
                    missingLabels += 1
                    continue
                }
                guard !score.isNaN, prediction != BinaryCoding.missing else {
                    missingScores += 1
                    continue
                }
                if hasLabels { labels.append(label) }
                scores.append(score)
                predictions.append(prediction)
            }
        }
    }
}
