/// A dataset as one run used it.
package struct DatasetInput: Hashable, Sendable {
    /// The tag that says what the dataset was used for: "training", "eval" …
    package static let contextTag: Text = "mlflow.data.context"

    package let dataset: Dataset
    /// Sorted by key.
    package var tags: [KeyValue]

    package init(dataset: Dataset, tags: [KeyValue]) {
        self.dataset = dataset
        self.tags = tags
    }
}
