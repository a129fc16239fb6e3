package import AssayData
package import AssayTerms

/// Performance to be estimated on rows whose labels are not known yet, from rows whose labels are.
package struct EstimationRequest: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// Confidence-based performance estimation: from calibrated scores of a binary classifier.
        case cbpe
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
    package var score: Text
    /// `nil` predicts positive from the cutoff on.
    package var prediction: Text?
    package var cutoff = 0.5
    /// The positive label as written; `nil` is 1, true, or the only other value beside 0.
    package var positive: Text?
    package var calibration = Calibration.auto
    package var missingWords: [Text]?
    package var schema = DataSchema()

    package init(reference: DataFile, current: DataFile, label: Text, score: Text) {
        self.reference = reference
        self.current = current
        self.label = label
        self.score = score
    }

    func validate() throws(AssayError) {
        guard cutoff.isFinite else { throw AssayError(.invalidArgument, "the cutoff must be a finite number") }
        let names = [label, score] + [prediction].compactMap { $0 }
        guard Set(names).count == names.count else {
            throw AssayError(.invalidArgument, "label, score and prediction are three columns; one is named twice")
        }
    }
}
