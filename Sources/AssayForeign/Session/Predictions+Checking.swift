import AssayColumns
import AssayModels
import AssayTerms

extension Predictions {
    /// - Throws: `unreadable` where a predicted label is none of the classes.
    func check(against classes: ClassLabels) throws(AssayError) {
        let known = Set(classes.values)
        for row in 0..<values.count {
            guard let value = values.value(at: row), known.contains(value) else {
                throw ForeignAnswer.refusal("it predicts labels that are none of its classes")
            }
        }
    }
}
