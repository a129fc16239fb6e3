package import AssayModels
package import AssayTerms

/// The columns that a foreign model is given, and by what it knows them.
package struct ForeignForm: Sendable {
    package let form: ModelForm

    /// Names for the columns of a model that knows none: `x0`, `x1`, ….
    static func places(_ count: Int) -> [Text] { (0..<count).map { Text("x\($0)") } }

    /// - Parameters:
    ///   - features: the columns in the model's order, for a model that knows none.
    ///   - bindsByPosition: whether such a model may also be given as many columns as it wants, in their order.
    /// - Throws: `unsupported` for a model that knows no column names where none are given: which of the data's columns are its
    ///   inputs would be a guess. `invalidArgument` where names are given to a model that knows its own, or too many or few.
    package init(_ model: ForeignModel, features: [Text] = [], bindsByPosition: Bool) throws(AssayError) {
        var inputs: [Text]
        var inputsAreNamed = true
        switch (model.inputs, features.isEmpty) {
        case (let known?, true): inputs = known
        case (let known?, false):
            guard known == features else {
                throw AssayError(
                    .invalidArgument,
                    "the model knows its own columns, which are \(known.prefix(50).map(\.string).joined(separator: ", ")); leave --features out")
            }
            inputs = known
        case (nil, false):
            guard model.width.map({ $0 == features.count }) ?? true else {
                throw AssayError(
                    .invalidArgument, "the model was fitted on \(model.width ?? 0) columns, and --features names \(features.count)")
            }
            guard Set(features).count == features.count else {
                throw AssayError(.invalidArgument, "--features names a column twice")
            }
            inputs = features
        case (nil, true):
            guard bindsByPosition, let width = model.width else {
                throw AssayError(
                    .unsupported,
                    "the model knows no column names, so the data's columns cannot be given to it; name them in its order with "
                        + "--features A,B,…, or fit it on a data frame")
            }
            inputs = Self.places(width)
            inputsAreNamed = false
        }
        let libraries = ["onnxruntime", "scikit-learn", "xgboost", "lightgbm", "mlflow"].compactMap { name in
            model.origin.libraries[Text(name)].map { "\(name) \($0)" }
        }
        let interpreter = model.origin.python == "none" ? [] : ["Python \(model.origin.python)"]
        form = ModelForm(
            inputs: inputs, usedInputs: Array(inputs.indices), inputsAreNamed: inputsAreNamed, signature: model.signature,
            classes: model.classes, inputExample: model.loader.inputExample,
            description: "\(model.loader.module) in a confined process (\((interpreter + libraries).joined(separator: ", ")))")
    }
}
