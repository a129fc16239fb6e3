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
        switch (model.inputs, names.isEmpty) {
        case (let known?, true): inputColumns = known
        case (let known?, false):
            guard known == names else {
                throw AssayError(
                    .invalidArgument,
                    "the model knows its own columns, which are \(known.prefix(50).map(\.string).joined(separator: ", ")); leave --features out")
            }
            inputColumns = known
        case (nil, false):
            guard model.width.map({ $0 == names.count }) ?? true else {
                throw AssayError(
                    .invalidArgument, "the model was fitted on \(model.width ?? 0) columns, and --features names \(names.count)")
            }
            inputColumns = names
        case (nil, true):
            throw AssayError(
                .unsupported,
                "the model knows no column names, so the data's columns cannot be given to it; name them in its order with "
                    + "--features A,B,…, or fit it on a data frame")
        }
    }

    package func score(_ block: RowBlock) throws(AssayError) -> ScoredBlock {
        let scores = try model.scores(block)
        return ScoredBlock(
            predictions: scores.predictions, classes: model.classes?.values ?? [], probabilities: scores.probabilities)
    }
}
