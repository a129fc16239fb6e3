package import AssayColumns
package import AssayForeign
import AssayModels
package import AssayTerms

/// Scores blocks with a model that its own library has loaded in a confined process.
package struct ForeignScorer: BlockScorer {
    package let inputColumns: [Text]
    package let model: ForeignModel
    package var features: [Text] { inputColumns }
    package var origin: ScorerOrigin? { model.origin }

    /// - Parameter names: the columns in the model's order, for a model that knows none.
    /// - Throws: `unsupported` for a model that knows no column names where none are given: which of the data's columns are its
    ///   inputs would be a guess. `invalidArgument` where names are given to a model that knows its own, or too many or few.
    package init(_ model: ForeignModel, names: [Text] = []) throws(AssayError) {
        self.model = model
        inputColumns = try ForeignForm(model, features: names, bindsByPosition: false).form.inputs
    }

    package func score(_ block: RowBlock) throws(AssayError) -> ScoredBlock {
        let scores = try model.scores(block)
        return ScoredBlock(
            predictions: scores.values, classes: model.classes?.values ?? [], probabilities: scores.probabilities)
    }
}
