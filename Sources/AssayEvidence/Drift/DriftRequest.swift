package import AssayData
package import AssayTerms

/// What to compare, by which rules.
package struct DriftRequest: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Bins fixed by the reference, tests with false-discovery control over columns.
        case strict
        /// Evidently 0.7.21's choice of methods, bins, thresholds and share.
        case evidently
    }

    package enum Reference: Sendable {
        case data(DataFile)
        /// A profile by what it is called and the digest of its file.
        case profile(DriftProfile, name: Text, digest: SHA256Digest)

        /// How reports call it.
        package var name: Text {
            switch self {
            case .data(let file): file.name
            case .profile(_, let name, _): name
            }
        }
    }

    package var reference: Reference
    package var current: DataFile
    package var mode = Mode.strict
    /// One method for all columns; `nil` is each mode's own choice.
    package var method: DriftMethod?
    /// Held against the method's value (in strict mode without a method, the stability index); `nil` is each mode's rule.
    package var threshold: Double?
    /// `nil` is every column that both have.
    package var columns: [Text]?
    /// The data set drifts from this share of drifted columns on; `nil` is 0.5 in Evidently's mode, any column in strict.
    package var share: Double?
    /// The rate of false discoveries that strict mode allows.
    package var rate = 0.05
    /// The number of reference quantile bins in strict mode.
    package var binCount = 10
    /// More distinct texts than this are not compared as categories.
    package var categoryLimit = 100_000
    /// The columns of the truth and of what was predicted; with both, the errors are compared too. Strict mode only.
    package var label: Text?
    package var prediction: Text?
    /// Whether whole rows are compared too. Strict mode only.
    package var comparesRows = false
    /// Whether a classifier tries to tell rows apart, and texts by their words. Strict mode only.
    package var classifiesRows = false
    /// Whether columns keep how they are distributed, for a report that draws it.
    package var collectsDistributions = false
    /// Of resampled p-values.
    package var seed: UInt64 = 0
    package var missingWords: [Text]?
    package var schema = DataSchema()

    package init(reference: Reference, current: DataFile) {
        self.reference = reference
        self.current = current
    }

    func validate() throws(AssayError) {
        if let threshold, !threshold.isFinite {
            throw AssayError(.invalidArgument, "the threshold must be a finite number")
        }
        if let share, !(share > 0 && share <= 1) {
            throw AssayError(.invalidArgument, "the share of drifted columns must lie above 0 and up to 1")
        }
        guard rate > 0, rate < 1 else {
            throw AssayError(.invalidArgument, "the rate of false discoveries must lie between 0 and 1")
        }
        guard (2...1000).contains(binCount) else {
            throw AssayError(.invalidArgument, "there must be between 2 and 1000 bins")
        }
        guard categoryLimit > 0 else { throw AssayError(.invalidArgument, "the limit of categories must be positive") }
        if mode == .evidently, case .profile = reference {
            throw AssayError(
                .invalidArgument,
                "Evidently's bins and ranks need the reference's rows, which a profile has not; give the data, or use --mode strict")
        }
        if label != nil || prediction != nil || comparesRows || classifiesRows {
            guard mode == .strict else {
                throw AssayError(.invalidArgument, "labels, predictions and whole rows are compared in --mode strict only")
            }
            if case .profile = reference {
                throw AssayError(
                    .invalidArgument, "labels, predictions and whole rows are compared row by row, and a profile has no rows")
            }
        }
        if let columns, columns.isEmpty { throw AssayError(.invalidArgument, "no columns are named") }
    }
}
