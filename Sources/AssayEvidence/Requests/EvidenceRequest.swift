import AssayColumns
package import AssayData
package import AssayTerms

/// What to compute on which rows: everything that decides a result's value.
package struct EvidenceRequest: Sendable, Hashable {
    /// What stands for the decision that measures look at.
    package enum Outcome: String, Sendable, CaseIterable {
        /// What was predicted: a column, a score against the cutoff, or what the model says.
        case prediction
        /// The label itself: bias of a data set before any model.
        case label
    }

    /// What is predicted.
    package enum TaskKind: String, Sendable, CaseIterable {
        /// One positive label against the rest.
        case binary
        /// One of several classes.
        case multiclass
        /// A set of labels, each yes or no.
        case multilabel
        /// A number.
        case regression
    }

    package var data: DataFile
    /// `nil` follows from the checks: see `EvidenceMode`.
    package var task: TaskKind?
    /// Columns within whose values groups are compared, as Fairlearn's control features.
    package var control: [Text] = []
    package var outcome: Outcome = .prediction
    package var label: Text?
    /// The column of predicted labels. `nil` with a score: predicted positive where the score is at least `cutoff`.
    package var prediction: Text?
    /// The column of scores of the positive class.
    package var score: Text?
    package var cutoff = 0.5
    /// Decides from the scores instead of `cutoff`, or instead of what the model says.
    package var thresholds: ThresholdDecisions?
    /// The columns of scores of several classes, in any order.
    package var classScores: [ClassColumn] = []
    /// The columns of a set of labels, each yes or no, and those of the predicted set in the same order; instead of `label`
    /// and `prediction`.
    package var labels: [Text] = []
    package var predictions: [Text] = []
    /// The columns of another model's predicted labels and scores, which paired checks compare with.
    package var againstPrediction: Text?
    package var againstScore: Text?
    /// The positive label; `nil` finds it by the rule of `ValueCoder.binaryCoding`.
    package var positive: Text?
    /// The column of row weights.
    package var weight: Text?
    /// The condition on the rows that are looked at, as `RowCondition` reads it; `nil` for all.
    package var rows: Text?
    /// The words that stand for a missing value in CSV; `nil` are pandas'.
    package var missingWords: [Text]?
    /// Where given, rows without a sensitive value form a group of this name.
    package var missingGroup: Text?
    package var schema = DataSchema()
    /// How long the window is that the rows are of, for rates; `nil` where it has no length.
    package var windowSeconds: Double?
    package var checks: [CheckRequest]
    /// Whether measures of scores give the curves behind them, as details.
    package var curves = false
    /// The seed of resampled intervals.
    package var seed: UInt64 = 0
    /// What the statement is about; the data file itself where there is nothing else.
    package var subjects: [Envelope.Subject] = []
    /// Inputs beside the data, for example the model's manifest.
    package var inputs: [Envelope.Input] = []

    package init(data: DataFile, checks: [CheckRequest]) {
        self.data = data
        self.checks = checks
    }
}

extension EvidenceRequest {
    /// The columns that tell a check's rows apart, controls first.
    func frame(of check: CheckRequest) -> [Text] {
        let columns = check.groupColumns
        let isControlled = check.id.hasPrefix("fairness.")
        return (isControlled ? control.filter { !columns.contains($0) } : []) + columns
    }

    /// All groupings a check looks at: one, or for a search each column and each pair of them.
    func frames(of check: CheckRequest) -> [[Text]] {
        guard check.id == CheckCatalogue.weakestSlice else { return [frame(of: check)] }
        let columns = check.groupColumns
        var frames = columns.map { [$0] }
        for (index, second) in columns.enumerated().dropFirst() { frames += columns[..<index].map { [$0, second] } }
        return frames
    }

    /// A cutoff that is not a number, a check without what it needs, and the like.
    ///
    /// - Parameter hasModel: whether a model gives predictions.
    /// - Throws: `invalidArgument`, saying what to add.
    func validate(hasModel: Bool) throws(AssayError) {
        guard cutoff.isFinite else { throw AssayError(.invalidArgument, "the cutoff must be a finite number") }
        if hasModel, prediction != nil || score != nil {
            throw AssayError(
                .invalidArgument, "a model gives the predictions, so name no column of predictions or scores beside it")
        }
        if outcome == .label, hasModel || prediction != nil || score != nil {
            throw AssayError(
                .invalidArgument, "the bias of the data is taken from its labels, so name no predictions beside them")
        }
        guard !checks.isEmpty else { throw AssayError(.invalidArgument, "there is no check to compute") }
        try validateColumns(hasModel: hasModel)
        try validateThresholds(hasModel: hasModel)
        for check in checks { try validate(check, hasModel: hasModel) }
        if task == .regression, prediction == nil, !hasModel, outcome == .prediction {
            throw AssayError(.invalidArgument, "regression needs a column of predicted numbers (--prediction)")
        }
    }

    private func validateThresholds(hasModel: Bool) throws(AssayError) {
        guard let thresholds else { return }
        guard prediction == nil, outcome == .prediction, hasModel || score != nil else {
            throw AssayError(
                .invalidArgument, "thresholds decide from scores: name a column of scores or a model, and no column of predictions")
        }
        guard positive == thresholds.document.positive, task ?? .binary == .binary else {
            throw AssayError(
                .invalidArgument, "the thresholds decide for the label '\(thresholds.document.positive)', so it is the positive one")
        }
    }

    /// Several columns that belong together.
    private func validateColumns(hasModel: Bool) throws(AssayError) {
        guard labels.count == predictions.count else {
            throw AssayError(
                .invalidArgument,
                "there are \(labels.count) columns of labels and \(predictions.count) of predictions; "
                    + "name as many of both, in the same order")
        }
        guard Set(labels).count == labels.count, Set(predictions).count == predictions.count else {
            throw AssayError(.invalidArgument, "a column of labels or predictions is named twice")
        }
        guard Set(classScores.map(\.name)).count == classScores.count else {
            throw AssayError(.invalidArgument, "two columns of scores are of the same class; name each class once")
        }
        if hasModel, !classScores.isEmpty || !labels.isEmpty {
            throw AssayError(
                .invalidArgument, "a model gives the predictions, so name no columns of scores or sets of labels beside it")
        }
    }

    private func validate(_ check: CheckRequest, hasModel: Bool) throws(AssayError) {
        let descriptor = try CheckCatalogue.descriptor(id: check.id)
        _ = try descriptor.filled(check.options)
        func lacking(_ what: String) -> AssayError { AssayError(.invalidArgument, "\(check.id) needs \(what)") }
        for need in descriptor.needs {
            switch need {
            case .label where label == nil && labels.isEmpty: throw lacking("a label column")
            case .label where outcome == .label:
                throw lacking("predictions: with labels alone only the labels' own rates can be compared")
            case .prediction where outcome == .label:
                if label == nil { throw lacking("a label column") }
            case .prediction where prediction == nil && score == nil && predictions.isEmpty && !hasModel:
                throw lacking("a column of predictions or of scores, or a model")
            case .score where score == nil && classScores.isEmpty && !hasModel:
                throw lacking("a column of scores, or a model")
            case .against:
                if hasModel { throw lacking("both models' answers as columns of the data") }
                let isScored = descriptor.needs.contains(.score)
                guard (isScored ? againstScore : againstPrediction) != nil, isScored || prediction != nil else {
                    throw lacking(
                        isScored
                            ? "another column of scores (--against-score)"
                            : "two columns of predictions (--prediction, --against-prediction)")
                }
                guard weight == nil else { throw lacking("rows without weights: paired tests count rows") }
            case .sensitive where check.column == nil, .column where check.column == nil: throw lacking("a column")
            case .privileged:
                guard let rule = check.privileged else { throw lacking("a privileged group, such as 'race=white'") }
                guard rule.column == check.column else {
                    throw AssayError(
                        .invalidArgument,
                        "\(check.id) looks at column \(ValueList.quoted(check.column ?? "")), and its privileged group "
                            + "is one of column \(ValueList.quoted(rule.column))")
                }
            default: break
            }
        }
    }
}
