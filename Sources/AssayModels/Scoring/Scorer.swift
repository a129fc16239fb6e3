package import AssayColumns
package import AssayTerms

/// Scores row blocks, binding columns to the model's inputs by name.
///
/// Where neither the model nor its signature knows names, a block of exactly as many columns binds by position, whatever they are called.
/// Types follow the signature where there is one: `float` inputs are rounded to 32 bits as MLflow rounds them, and
/// text where the signature says a number, or a number where it says text, is refused. Within numbers this is kinder
/// than MLflow, which refuses an integer column for a `double` input though no value would change.
///
/// - Complexity: O(rows × (inputs + encoded groups)); no memory per encoded column.
package struct Scorer: Sendable {
    package let model: ScoringModel
    private let types: [ModelSignature.DataType?]
    private let used: [Int]
    /// Whose whole numbers trees compare in 32 bits.
    let wholeInputs: Set<Int>

    package init(_ model: ScoringModel) {
        self.model = model
        used = model.graph.usedInputs
        wholeInputs = Self.wholeInputs(model)
        var types = [ModelSignature.DataType?](repeating: nil, count: model.inputs.count)
        if case .columns(let columns)? = model.signature?.inputs {
            for (index, input) in model.inputs.enumerated() {
                if let column = columns.first(where: { $0.name == input }) {
                    types[index] = column.type
                } else if columns.count == model.inputs.count, columns[index].name == nil {
                    types[index] = columns[index].type
                }
            }
        }
        self.types = types
    }

    /// - Throws: `.invalidArgument` naming a missing or wrongly typed column, a category that is not known, or a
    ///   missing value the model does not accept.
    package func scores(_ block: RowBlock) throws(AssayError) -> Scores {
        try scores(values(block))
    }

    package func scores(_ values: GraphValues, threads: Int = 1) throws(AssayError) -> Scores {
        try model.head.scores(values, graph: model.graph, threads: threads)
    }

    /// What the model answers for rows by their scores, with the reasons that it gives itself.
    package func predictions(_ scores: Scores, _ values: GraphValues) -> Predictions {
        var predictions = scores.predictions(model.predictFunction)
        if let program = model.program, program.reasonCount > 0 { predictions.reasons = program.reasons(values, graph: model.graph) }
        return predictions
    }

    /// The block's values in the model's prepared form, for scoring and explaining alike.
    package func values(_ block: RowBlock) throws(AssayError) -> GraphValues {
        let bound = try roundedOnce(bind(block))
        return try GraphValues(model.graph, columns: bound, rowCount: block.rowCount)
    }

    /// The columns in the model's order; `nil` for inputs that nothing is made from.
    private func bind(_ block: RowBlock) throws(AssayError) -> [Column?] {
        var bound = [Column?](repeating: nil, count: model.inputs.count)
        if !model.inputsAreNamed {
            guard block.columns.count == model.inputs.count else {
                throw AssayError(
                    .invalidArgument,
                    "the model knows no column names and was fitted on \(model.inputs.count) columns; "
                        + "the data has \(block.columns.count). Log the model with a signature inferred from a data frame")
            }
            for index in used { bound[index] = try types[index]?.fitting(block.columns[index]) ?? block.columns[index] }
            return bound
        }
        if block.columns.count == model.inputs.count, zip(block.columns, model.inputs).allSatisfy({ $0.name == $1 }) {
            for index in used { bound[index] = try types[index]?.fitting(block.columns[index]) ?? block.columns[index] }
            return bound
        }
        var byName: [Text: Column] = [:]
        for column in block.columns { byName[column.name] = column }
        var missing: [Text] = []
        for index in used {
            if let column = byName[model.inputs[index]] {
                bound[index] = try types[index]?.fitting(column) ?? column
            } else {
                missing.append(model.inputs[index])
            }
        }
        guard missing.isEmpty else {
            let names = missing.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
            let rest = missing.count > 20 ? " and \(missing.count - 20) more" : ""
            let present = block.columns.prefix(50).map(\.name.string).joined(separator: ", ")
            throw AssayError(
                .invalidArgument, "the data lacks the model's input columns \(names)\(rest); it has \(present)")
        }
        return bound
    }
}
