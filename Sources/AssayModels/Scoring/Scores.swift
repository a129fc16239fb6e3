package import AssayColumns
package import AssayTerms

/// What a model says about a block of rows.
package struct Scores: Sendable {
    /// What the head adds up, one array of rows per score: log-odds, probabilities or a number; see ``Head``.
    package let scores: [[Double]]
    /// One array of rows per class; `nil` for a model that predicts numbers.
    package let probabilities: [[Double]]?
    /// Each row's predicted class by index; empty for a model that predicts numbers.
    package let classes: [Int]
    package let labels: ClassLabels?
    /// Each row's predicted number; `nil` for a classifier.
    package let numbers: [Double]?
    package let rowCount: Int

    /// The predicted labels, typed as the model's classes are, or numbers.
    package func prediction(named name: Text = "prediction") -> Column {
        labels?.column(named: name, classes: classes) ?? Column(name: name, values: .double(numbers ?? []))
    }

    /// One number a row, for a model that is a part of another.
    ///
    /// - Precondition: whoever built the graph has asked whether the model gives it.
    func numbers(_ output: Graph.Model.Output) -> [Double] {
        switch output {
        case .score(let place): return scores[place]
        case .probability(let place):
            guard let probabilities else { preconditionFailure("probabilities are asked of a model without any") }
            return probabilities[place]
        case .number:
            guard let numbers else { preconditionFailure("a number is asked of a model with classes") }
            return numbers
        case .predictedClass: return classes.map { Double($0) }
        }
    }
}
