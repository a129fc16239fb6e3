package import AssayColumns
package import AssayTerms

/// A model as evidence sees it: rows in, predicted labels and class probabilities out.
package protocol BlockScorer: Sendable {
    /// The columns predictions are made from. The rows it is given have exactly these.
    var inputColumns: [Text] { get }

    /// All columns the model declares as its inputs, whether predictions depend on them or not.
    var features: [Text] { get }

    /// By what it scores, where that is not this program itself.
    var origin: ScorerOrigin? { get }

    /// Scores rows; called block by block, in order.
    func score(_ block: RowBlock) throws(AssayError) -> ScoredBlock
}

extension BlockScorer {
    package var origin: ScorerOrigin? { nil }
}

/// What a model says about the rows of one block.
package struct ScoredBlock: Sendable {
    /// The predicted labels, one a row.
    package var predictions: Column
    /// The model's classes, in its order.
    package var classes: [ColumnValue]
    /// One array of rows per class; `nil` where the model gives no probabilities.
    package var probabilities: [[Double]]?

    package init(predictions: Column, classes: [ColumnValue], probabilities: [[Double]]?) {
        self.predictions = predictions
        self.classes = classes
        self.probabilities = probabilities
    }
}
