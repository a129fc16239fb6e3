package import AssayColumns
package import AssayJSON
package import AssayModels
package import AssayTerms

/// A model behind a ``ForeignKeeper``: any number of threads may ask, and are answered one after another.
package struct KeptModel: RowPredictor {
    let keeper: ForeignKeeper
    let columns: ForeignForm
    /// By what it is scored.
    package let origin: ScorerOrigin
    package var form: ModelForm { columns.form }

    package func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions] {
        let bound = try blocks.filter { $0.rowCount > 0 }.map { (block) throws(AssayError) in try form.bound(block) }
        if bound.isEmpty {
            try keeper.requireReady()
            return blocks.map { _ in .none }
        }
        var answers = try keeper.answer(ForeignRequest(blocks: bound, parameters: parameters))[...]
        return blocks.map { $0.rowCount > 0 ? answers.removeFirst() : .none }
    }

    package func requireReady() throws(AssayError) { try keeper.requireReady() }
}
