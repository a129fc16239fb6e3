import AssayTerms

/// What MLflow's clients load from a folder, where we can say that it is what we score.
///
/// `mlflow.pyfunc` follows `flavors.python_function`, `mlflow.sklearn` follows `flavors.sklearn`, and either runs what
/// a `code` folder or another loader brings. So both flavours must name one file, the loader must be MLflow's own,
/// and settings that this version does not know are refused.
///
/// - Source: MLflow 3.17, `mlflow/pyfunc/__init__.py`, `load_model`; `mlflow/sklearn/__init__.py`, `_load_pyfunc` and
///   `load_model`.
struct ServedModel {
    /// The `.skops` file, relative to the folder.
    let file: Text
    let predictFunction: ScoringModel.PredictFunction
    let sklearnVersion: String?

    private static let settings: [Text: Set<Text>] = [
        "python_function": ["env", "loader_module", "model_path", "predict_fn", "python_version", "streamable"],
        "sklearn": ["pickled_model", "serialization_format", "sklearn_version", "skops_trusted_types"],
    ]
    private static let structures: [Text: Set<Text>] = ["python_function": ["env"], "sklearn": ["skops_trusted_types"]]

    /// - Throws: `.unsupported` naming the flavour or setting.
    init(_ description: MLmodelFile) throws(AssayError) {
        let flavors = description.flavors.keys.sorted()
        guard let sklearn = description.flavors["sklearn"] else {
            throw AssayError(
                .unsupported,
                "the model's flavors are \(flavors.map(\.string).joined(separator: ", ")); "
                    + "this version scores sklearn models saved as skops")
        }
        let format = sklearn["serialization_format"] ?? "pickle"
        guard format == "skops" else {
            throw AssayError(
                .unsupported,
                "the model is saved as \(format), which is code and is not opened; "
                    + "log it with mlflow.sklearn.log_model(…, serialization_format='skops')")
        }
        guard let served = description.flavors["python_function"] else {
            throw AssayError(
                .unsupported, "the model has no python_function flavor, which serves it; log it with mlflow.sklearn.log_model")
        }
        for flavor in flavors {
            guard let known = Self.settings[flavor] else {
                throw AssayError(
                    .unsupported,
                    "the model has a flavor '\(flavor)' beside sklearn, by which another model could be loaded; "
                        + "log it with mlflow.sklearn.log_model alone")
            }
            let structures = description.structures[flavor] ?? []
            let scalars = Set((description.flavors[flavor] ?? [:]).keys)
            let strange = scalars.subtracting(known).union(structures.subtracting(Self.structures[flavor] ?? []))
            if let setting = strange.sorted().first {
                throw AssayError(
                    .unsupported,
                    "flavors.\(flavor).\(setting) is set, by which MLflow could load or run something else; "
                        + "log the model without it")
            }
        }
        guard served["loader_module"] == "mlflow.sklearn" else {
            throw AssayError(
                .unsupported,
                "flavors.python_function.loader_module is '\(served["loader_module"] ?? "null")'; "
                    + "only mlflow.sklearn is supported")
        }
        guard let file = sklearn["pickled_model"], Self.isPlain(file) else {
            throw AssayError(
                .unsupported,
                "flavors.sklearn.pickled_model is '\(sklearn["pickled_model"] ?? "null")', not a plain path in the folder")
        }
        // By bytes: two spellings of one accent are two files.
        guard served["model_path"].map({ Text($0) }) == Text(file) else {
            throw AssayError(
                .unsupported,
                "flavors.python_function.model_path is '\(served["model_path"] ?? "null")' and "
                    + "flavors.sklearn.pickled_model '\(file)'; both must name one file")
        }
        let word = served["predict_fn"] ?? "predict"
        guard let function = ScoringModel.PredictFunction(rawValue: word) else {
            throw AssayError(
                .unsupported,
                "the model's predict_fn is '\(word)'; predict and predict_proba are supported")
        }
        self.file = Text(file)
        predictFunction = function
        sklearnVersion = sklearn["sklearn_version"]
    }

    /// Relative, in one spelling, by the same rule on every system.
    private static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") }
            && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }
}
