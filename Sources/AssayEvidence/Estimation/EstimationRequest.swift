package import AssayData
package import AssayTerms

/// Performance to be estimated on rows whose labels are not known yet, from rows whose labels are.
package struct EstimationRequest: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// Confidence-based performance estimation: from calibrated scores of a classifier.
        case cbpe
        /// Direct loss estimation: from a regression of the loss of predicted numbers.
        case dle
    }

    package enum Calibration: String, Sendable, CaseIterable {
        /// Where it brings the reference's scores nearer to its labels, as NannyML decides.
        case auto
        case always
        case never
    }

    package var method = Method.cbpe
    /// Rows with labels, best ones the model was not trained on.
    package var reference: DataFile
    /// Rows without; a column of labels there is not looked at.
    package var current: DataFile
    package var label: Text
    /// The probability of the positive label, in 0...1.
    package var score: Text?
    /// The probabilities of several classes, in place of the score.
    package var classScores: [ClassColumn] = []
    /// `nil` predicts positive from the cutoff on, of several classes the one of the highest score.
    package var prediction: Text?
    /// The features of a loss; `nil` is every column that both have but label and prediction.
    package var features: [Text]?
    package var cutoff = 0.5
    /// The positive label as written; `nil` is 1, true, or the only other value beside 0.
    package var positive: Text?
    package var calibration = Calibration.auto
    package var missingWords: [Text]?
    package var schema = DataSchema()

    package init(reference: DataFile, current: DataFile, label: Text) {
        self.reference = reference
        self.current = current
        self.label = label
    }

    func validate() throws(AssayError) {
        guard cutoff.isFinite else { throw AssayError(.invalidArgument, "the cutoff must be a finite number") }
        let names = [label] + [score, prediction].compactMap { $0 } + classScores.map(\.column)
        guard Set(names).count == names.count else {
            throw AssayError(.invalidArgument, "label, score and prediction are different columns; one is named twice")
        }
        guard cutoff == 0.5 || classScores.isEmpty else {
            throw AssayError(.invalidArgument, "a cutoff decides between two labels; of several classes the highest score is predicted")
        }
        switch method {
        case .cbpe:
            guard (score == nil) != classScores.isEmpty else {
                throw AssayError(
                    .invalidArgument,
                    "--estimate cbpe needs the scores of both data sets (--score COLUMN, or CLASS=COLUMN,… of several classes)")
            }
            guard classScores.count != 1 else {
                throw AssayError(.invalidArgument, "--score names one class; name every class, or the positive one's column alone")
            }
        case .dle:
            guard prediction != nil else {
                throw AssayError(.invalidArgument, "--estimate dle needs the predicted numbers of both data sets (--prediction)")
            }
            guard score == nil, classScores.isEmpty, positive == nil else {
                throw AssayError(.invalidArgument, "--estimate dle is of predicted numbers; leave out --score and --positive")
            }
        }
    }
}
