/// A row's score and weight, as the area under the ROC curve needs them.
package struct WeightedScore: Sendable {
    package var score: Double
    package var weight: Double

    package init(score: Double, weight: Double) {
        self.score = score
        self.weight = weight
    }
}
