package import AssayColumns
package import AssayTerms

/// What a model answers for a block of rows.
package struct Predictions: Sendable {
    /// What its `predict` answers.
    package enum Answer: Sendable {
        /// One label or number a row.
        case values
        /// A row of probabilities, in the order of the classes.
        case probabilities
        /// The probability of the second of two classes.
        case secondProbability
    }

    /// The predicted label or number, one a row, each there and finite.
    package var values: Column
    /// One array of rows for each class; `nil` where it gives none.
    package var probabilities: [[Double]]?
    package var answer: Answer
    /// The column's name, where `predict` answers with a table of one column: MLflow's server writes such rows as records.
    package var record: Text?
    /// Each row's reasons by the model's own word, the strongest first; empty for a model that gives none.
    package var reasons: [[Text]] = []

    package init(values: Column, probabilities: [[Double]]?, answer: Answer = .values, record: Text? = nil) {
        self.values = values
        self.probabilities = probabilities
        self.answer = answer
        self.record = record
    }

    package var rowCount: Int { values.count }

    /// Each row's predicted class by index; the first where a label is none of them, which is refused before.
    package func classes(among labels: ClassLabels) -> [Int] {
        var places: [ColumnValue: Int] = [:]
        for (place, value) in labels.values.enumerated() { places[value] = place }
        return (0..<rowCount).map { row in values.value(at: row).flatMap { places[$0] } ?? 0 }
    }

    package static let none = Predictions(values: Column(name: "prediction", values: .double([])), probabilities: nil)
}

extension Scores {
    /// As MLflow's `predict` answers, by the function the model is served by.
    package func predictions(_ function: ScoringModel.PredictFunction) -> Predictions {
        Predictions(
            values: prediction(), probabilities: probabilities,
            answer: function == .predict ? .values : function == .secondProbability ? .secondProbability : .probabilities)
    }
}
