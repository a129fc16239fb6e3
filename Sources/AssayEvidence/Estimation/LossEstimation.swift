import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// Direct estimates of the loss of predicted numbers (DLE).
enum LossEstimation {
    static func compute(_ request: EstimationRequest, progress: (Int) -> Void) throws(AssayError) -> [CheckResult] {
        guard let prediction = request.prediction else { return [] }
        let options = EstimationEngine.options(request)
        let features = try features(request, prediction, options)
        var texts = TextCodes()
        let known = try PredictedRows(
            request.reference, features: features, prediction: prediction, label: request.label, options: options, texts: &texts,
            progress: progress)
        let open = try PredictedRows(
            request.current, features: features, prediction: prediction, label: nil, options: options, texts: &texts,
            progress: progress)
        guard !known.predictions.isEmpty else {
            throw EstimationEngine.noRow(of: known.input, with: "a number as label and as prediction")
        }
        for (feature, pair) in zip(features, zip(known.features, open.features)) {
            if case (.numbers, .texts) = pair { throw differs(feature) }
            if case (.texts, .numbers) = pair { throw differs(feature) }
        }
        let negatives = (known.labels + known.predictions).count { $0 < 0 }
        let losses = negatives == 0 ? ExpectedLoss.Loss.allCases : ExpectedLoss.Loss.allCases.filter { $0 != .squaredLogarithm }
        let expected = open.predictions.isEmpty ? [] : try OwnThread.map(count: losses.count) { index in
            ExpectedLoss(
                losses: zip(known.labels, known.predictions).map { losses[index].value(label: $0, prediction: $1) },
                known: known.features + [.numbers(known.predictions)], open: open.features + [.numbers(open.predictions)])
        }
        return ExpectedLoss.Measure.allCases.map { measure in
            let place = losses.firstIndex(of: measure.loss)
            let own = place.flatMap { expected.isEmpty ? nil : expected[$0] }
            let value = own.map { measure.value(ofMean: $0.mean) }
            let reason =
                place == nil
                ? "\(negatives) labels or predictions of the reference are below 0" : "no current row has a prediction"
            var result = CheckResult(
                descriptor: descriptor(measure), value: value, measure: measure.rawValue,
                groups: [
                    CheckResult.Group(
                        group: "reference", count: known.predictions.count,
                        value: own.map { measure.value(ofMean: $0.measuredMean) }),
                    CheckResult.Group(group: "current", count: open.predictions.count, value: value),
                ],
                rows: open.predictions.count,
                excluded: CheckResult.Excluded(
                    missingLabel: known.missingLabels, missingPrediction: known.missingPredictions + open.missingPredictions),
                undefined: value == nil ? reason : nil)
            result.details = [
                "method": .text(Text(request.method.rawValue)), "features": .list((features + [prediction]).map { .text($0) }),
            ]
            if let error = own?.samplingError(measure, count: open.predictions.count) {
                result.details["sampling_error"] = .number(error)
            }
            return result
        }
    }

    private static func differs(_ feature: Text) -> AssayError {
        AssayError(
            .invalidArgument,
            "column \(ValueList.quoted(feature)) holds text in one data set and numbers in the other; give both one type with --schema")
    }

    /// Columns of the reference, in its order, that the current data has too and that are no times.
    private static func features(
        _ request: EstimationRequest, _ prediction: Text, _ options: DataOptions
    ) throws(AssayError) -> [Text] {
        var options = options
        options.columns = request.features
        var columns: [[DataColumn]] = []
        for file in [request.reference, request.current] { columns.append(try file.open(options).columns) }
        let others = Set(columns[1].map(\.name))
        return columns[0].filter { $0.type != .timestamp && others.contains($0.name) }.map(\.name)
            .filter { $0 != request.label && $0 != prediction }
    }

    static func descriptor(_ measure: ExpectedLoss.Measure) -> CheckDescriptor {
        CheckDescriptor(
            id: "estimated." + measure.rawValue, convention: .nannyML, direction: .lowerIsBetter, kind: .whole,
            needs: [.label, .prediction],
            sentence: "The \(measure.rawValue.uppercased()) to expect of these rows before their labels are known.",
            source: "NannyML 0.13.1 DLE, \(measure.rawValue)", least: 0, greatest: nil)
    }
}
