package import AssayTerms

/// The rows a policy judges a model on, and which of their columns mean what.
package struct PolicyData: Hashable, Sendable {
    package enum Dataset: Hashable, Sendable {
        /// An evaluation table logged with the model; its author chose it.
        case logged(path: Text)
        /// A registered data set version.
        case pinned(name: Text, digest: SHA256Digest)
    }

    package enum Predictions: Hashable, Sendable {
        /// The frozen model itself scores the rows.
        case fromModel
        /// Columns of the data set hold them.
        case dataset
        /// A file among the model's artifacts holds them.
        case artifact(path: Text)
    }

    /// A class and the column that holds its scores.
    package struct ClassScores: Hashable, Sendable {
        package var name: Text
        package var column: Text
    }

    /// A file bound by its digest: a profile of other rows, or thresholds.
    package struct Reference: Hashable, Sendable {
        package var name: Text
        package var digest: SHA256Digest

        package init(name: Text, digest: SHA256Digest) {
            self.name = name
            self.digest = digest
        }
    }

    /// `nil` where the command line gives the file (`--data`).
    package var dataset: Dataset?
    package var predictions: Predictions
    package var label: Text?
    /// The column of predicted labels, where predictions are given.
    package var prediction: Text?
    /// The column of predicted probabilities, where predictions are given.
    package var score: Text?
    /// The columns of predicted probabilities of several classes, by class in their order.
    package var scores: [ClassScores] = []
    /// The label that counts as positive, where it is not 1 or true.
    package var positive: Text?
    /// The column of row weights.
    package var weight: Text?
    /// The condition on the rows that are judged; `nil` for all.
    package var rows: Text?
    /// What `drift.*` compares the rows with.
    package var reference: Reference?
    /// `thresholds/v1` by which the scores are decided, bound by the digest of its file.
    package var thresholds: Reference?
    /// The column whose value a row is drawn by under thresholds.
    package var thresholdsKey: Text?

    /// The condition on the rows of a slice; of all that are judged where it is `nil`.
    package func rows(of slice: Text?) -> Text? {
        guard let slice else { return rows }
        return rows.map { Text("(\($0)) and (\(slice))") } ?? slice
    }

    package init(
        dataset: Dataset? = nil, predictions: Predictions = .fromModel, label: Text? = nil, prediction: Text? = nil,
        score: Text? = nil, positive: Text? = nil, weight: Text? = nil, rows: Text? = nil, reference: Reference? = nil
    ) {
        self.dataset = dataset
        self.predictions = predictions
        self.label = label
        self.prediction = prediction
        self.score = score
        self.positive = positive
        self.weight = weight
        self.rows = rows
        self.reference = reference
    }
}
