package import AssayColumns
import AssayModels
import AssayTerms

/// What a foreign model says of a block of rows, checked.
package struct ForeignScores: Sendable {
    /// One a row, each there and finite.
    package let predictions: Column
    /// One array of rows per class.
    package let probabilities: [[Double]]?

    /// - Throws: `unreadable` where a predicted label is none of the classes.
    func check(against classes: ClassLabels) throws(AssayError) {
        let known = Set(classes.values)
        for row in 0..<predictions.count {
            guard let value = predictions.value(at: row), known.contains(value) else {
                throw ForeignAnswer.refusal("it predicts labels that are none of its classes")
            }
        }
    }
}
