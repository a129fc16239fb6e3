import AssayColumns
import AssayMetrics
import AssayTerms

/// Confidence-based estimates for labels of several classes.
///
/// The scores of each class are calibrated on the reference by themselves, where that helps; what comes out is divided by its
/// sum over the classes, so that it adds up to 1 (a row of sum 0 is of all classes alike).
///
/// - Source: NannyML 0.13.1 `CBPE(problem_type="classification_multiclass")`.
enum ClassEstimation {
    static func compute(_ request: EstimationRequest, progress: (Int) -> Void) throws(AssayError) -> [CheckResult] {
        let options = EstimationEngine.options(request)
        let columns = request.classScores.map(\.column)
        var coder = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
        let reference = try ScoredRows(
            request.reference, role: "reference", label: request.label, prediction: request.prediction, scores: columns,
            options: options, coder: &coder, progress: progress)
        let current = try ScoredRows(
            request.current, role: "data", label: nil, prediction: request.prediction, scores: columns, options: options,
            coder: &coder, progress: progress)
        let classes = try SeveralColumns.classes(request.classScores, domain: coder.domain, label: request.label)
        // Of the coder's codes each class's place.
        let places = coder.values.map { value in classes.firstIndex(of: value) ?? -1 }
        let known = Rows(reference, places)
        let open = Rows(current, places)
        guard !known.predictions.isEmpty else {
            throw EstimationEngine.noRow(of: reference.input, with: "label, every score and prediction")
        }
        if let stranger = known.strangeLabel {
            throw AssayError(
                .invalidArgument,
                "\(reference.input.name) has the label \(ValueList.quoted(coder.values[Int(stranger)].name)), and --score names no "
                    + "column for it; name the scores of every class")
        }
        return results(request, classes: classes, known, open)
    }

    private static func results(
        _ request: EstimationRequest, classes: [ColumnValue], _ known: Rows, _ open: Rows
    ) -> [CheckResult] {
        var calibrated: [[Double]] = []
        var calibratedClasses: [Text] = []
        let labels = classes.indices.map { index in known.labels.map { UInt8($0 == index ? 1 : 0) } }
        for index in classes.indices {
            let scores = known.scores[index]
            let isNeeded =
                switch request.calibration {
                case .auto: CalibrationNeed.isNeeded(scores: scores, labels: labels[index])
                case .always: true
                case .never: false
                }
            guard isNeeded else {
                calibrated.append(open.scores[index])
                continue
            }
            calibratedClasses.append(classes[index].name)
            let calibration = IsotonicCalibration(unsorted: scores, labels: labels[index])
            calibrated.append(open.scores[index].map(calibration.probability))
        }
        for row in open.predictions.indices {
            let sum = calibrated.reduce(0) { $0 + $1[row] }
            for index in classes.indices {
                calibrated[index][row] = sum == 0 ? 1 / Double(classes.count) : calibrated[index][row] / sum
            }
        }
        let expected = ExpectedClassPerformance(
            probabilities: calibrated, scores: open.scores, predictions: open.predictions)
        let measured = ExpectedClassPerformance(
            probabilities: labels.map { $0.map { Double($0) } }, scores: known.scores, predictions: known.predictions)
        return ExpectedPerformance.Measure.allCases.map { measure in
            var result = EstimationEngine.result(
                measure, estimated: expected.estimate(measure), rows: open.predictions.count,
                measured: measured.estimate(measure).value, of: known.predictions.count,
                excluded: CheckResult.Excluded(
                    missingLabel: known.missingLabels, missingPrediction: known.missingScores + open.missingScores))
            result.details = [
                "method": .text(Text(request.method.rawValue)), "calibrated": .flag(!calibratedClasses.isEmpty),
                "calibrated_classes": .list(calibratedClasses.map { .text($0) }),
                "classes": .list(classes.map { .text($0.name) }), "average": .text("macro"),
            ]
            return result
        }
    }

    /// Rows that have everything, in order.
    private struct Rows {
        /// Places of classes; empty where labels were not read.
        var labels: [Int] = []
        /// One column a class.
        var scores: [[Double]]
        var predictions: [Int] = []
        var missingLabels = 0
        var missingScores = 0
        /// The code of a label that is none of the classes.
        var strangeLabel: Int32?

        init(_ rows: ScoredRows, _ places: [Int]) {
            scores = [[Double]](repeating: [], count: rows.scores.count)
            let hasLabels = !rows.labels.isEmpty
            for row in rows.scores[0].indices {
                if hasLabels, rows.labels[row] == ValueCoder.missing {
                    missingLabels += 1
                    continue
                }
                let own = rows.scores.map { $0[row] }
                let isPredicted = rows.predictions.isEmpty || rows.predictions[row] != ValueCoder.missing
                guard isPredicted, !own.contains(where: \.isNaN) else {
                    missingScores += 1
                    continue
                }
                if hasLabels {
                    let place = places[Int(rows.labels[row])]
                    if place < 0 { strangeLabel = strangeLabel ?? rows.labels[row] }
                    labels.append(place)
                }
                for index in own.indices { scores[index].append(own[index]) }
                predictions.append(
                    rows.predictions.isEmpty ? Self.highest(own) : places[Int(rows.predictions[row])])
            }
        }

        /// The first of those with the highest score.
        private static func highest(_ scores: [Double]) -> Int {
            scores.indices.max { scores[$0] == scores[$1] ? $0 > $1 : scores[$0] < scores[$1] } ?? 0
        }
    }
}
