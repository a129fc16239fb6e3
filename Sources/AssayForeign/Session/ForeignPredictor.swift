package import AssayColumns
package import AssayJSON
package import AssayModels
package import AssayTerms

/// A foreign model for one command: calls are made one at a time, from the thread that loaded it.
package struct ForeignPredictor: RowPredictor {
    package let model: ForeignModel
    private let columns: ForeignForm
    package var form: ModelForm { columns.form }

    /// - Throws: what ``ForeignForm`` throws.
    package init(_ model: ForeignModel, features: [Text]) throws(AssayError) {
        self.model = model
        columns = try ForeignForm(model, features: features, bindsByPosition: true)
    }

    package func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions] {
        try blocks.map { (block) throws(AssayError) in
            guard block.rowCount > 0 else { return .none }
            return try model.scores(try form.bound(block), parameters: parameters, isPositional: !form.inputsAreNamed)
        }
    }
}
