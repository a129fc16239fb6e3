package import AssayColumns
package import AssayTerms

/// What a model says about a block of rows.
package struct Scores: Sendable {
    /// Linear scores (log-odds), one array of rows per score of the head.
    package let scores: [[Double]]
    /// One array of rows per class.
    package let probabilities: [[Double]]
    /// Each row's predicted class by index.
    package let classes: [Int]
    package let labels: ClassLabels

    package var rowCount: Int { classes.count }

    /// The predicted labels, typed as the model's classes are.
    package func prediction(named name: Text = "prediction") -> Column { labels.column(named: name, classes: classes) }

    /// The probability of a class in each row.
    package func probability(ofClass index: Int, named name: Text) -> Column {
        Column(name: name, values: .double(probabilities[index]))
    }

    /// The probability of the second of two classes; `nil` for more.
    package var positiveProbability: [Double]? { labels.count == 2 ? probabilities[1] : nil }
}
