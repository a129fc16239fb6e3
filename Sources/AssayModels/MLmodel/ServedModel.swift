package import AssayTerms

/// What MLflow's clients load from a folder, where we can say that it is what we score.
///
/// `mlflow.pyfunc` follows `flavors.python_function`, `mlflow.sklearn` (`xgboost`, `lightgbm`) its own flavour, and either runs what
/// a `code` folder or another loader brings. So both flavours must name one file, the loader must be MLflow's own,
/// and settings that this version does not know are refused.
///
/// - Source: MLflow 3.17, `mlflow/pyfunc/__init__.py`, `load_model`; `mlflow/sklearn/__init__.py`, `_load_pyfunc` and
///   `load_model`; `mlflow/xgboost/__init__.py` and `mlflow/lightgbm/__init__.py`, `_load_model`.
struct ServedModel {
    /// By what its file is read.
    enum Library: Hashable, Sendable {
        case sklearn
        case xgboost(BoosterAPI)
        case lightgbm(BoosterAPI)
        /// One of LightGBM's wrappers, saved as scikit-learn's estimators are.
        case lightgbmObjects
        case onnx
    }

    let library: Library
    /// The model's file, relative to the folder.
    let file: Text
    let predictFunction: ScoringModel.PredictFunction
    /// The library's, as the folder says.
    let version: String?

    private static let settings: [Text: Set<Text>] = [
        "python_function": ["data", "env", "loader_module", "model_path", "predict_fn", "python_version", "streamable"],
        "sklearn": ["pickled_model", "serialization_format", "sklearn_version", "skops_trusted_types"],
        "xgboost": ["data", "model_class", "model_format", "xgb_version"],
        "lightgbm": ["data", "lgb_version", "model_class", "serialization_format", "skops_trusted_types"],
        "onnx": ["data", "onnx_version", "providers"],
    ]
    private static let structures: [Text: Set<Text>] = [
        "python_function": ["env"], "sklearn": ["skops_trusted_types"], "lightgbm": ["skops_trusted_types"],
        // On which processors; numbers do not mean something else there.
        "onnx": ["providers"],
    ]

    /// - Throws: `.unsupported` naming the flavour or setting.
    init(_ description: MLmodelFile) throws(AssayError) {
        let native = ["sklearn", "xgboost", "lightgbm", "onnx"].filter { description.flavors[Text($0)] != nil }
        guard let flavor = native.first else {
            throw AssayError(
                .unsupported,
                "the model's flavors are \(description.flavors.keys.sorted().map(\.string).joined(separator: ", ")); "
                    + "this version scores sklearn models saved as skops, and those of xgboost, lightgbm and onnx")
        }
        guard let served = description.flavors["python_function"] else {
            throw AssayError(
                .unsupported, "the model has no python_function flavor, which serves it; log it with mlflow.\(flavor).log_model")
        }
        let own = description.flavors[Text(flavor)] ?? [:]
        if flavor == "sklearn" {
            let format = own["serialization_format"] ?? "pickle"
            guard format == "skops" else {
                throw AssayError(
                    .unsupported,
                    "the model is saved as \(format), which is code and is not opened; "
                        + "log it with mlflow.sklearn.log_model(…, serialization_format='skops')")
            }
        }
        try Self.requireKnown(description, beside: flavor)
        guard served["loader_module"] == "mlflow.\(flavor)" else {
            throw AssayError(
                .unsupported,
                "flavors.python_function.loader_module is '\(served["loader_module"] ?? "null")'; "
                    + "only mlflow.\(flavor) is supported")
        }
        let (setting, other) = flavor == "sklearn" ? ("pickled_model", "model_path") : ("data", "data")
        guard let file = own[Text(setting)], Self.isPlain(file) else {
            throw AssayError(
                .unsupported,
                "flavors.\(flavor).\(setting) is '\(own[Text(setting)] ?? "null")', not a plain path in the folder")
        }
        // By bytes: two spellings of one accent are two files.
        guard served[Text(other)].map({ Text($0) }) == Text(file) else {
            throw AssayError(
                .unsupported,
                "flavors.python_function.\(other) is '\(served[Text(other)] ?? "null")' and "
                    + "flavors.\(flavor).\(setting) '\(file)'; both must name one file")
        }
        let word = served["predict_fn"] ?? "predict"
        guard let function = ScoringModel.PredictFunction(word: word), flavor == "sklearn" || function == .predict else {
            throw AssayError(
                .unsupported,
                "the model's predict_fn is '\(word)'; predict and predict_proba are supported")
        }
        self.file = Text(file)
        predictFunction = function
        switch flavor {
        case "xgboost":
            library = .xgboost(try Self.xgboost(own["model_class"] ?? "xgboost.core.Booster"))
            version = own["xgb_version"]
        case "lightgbm":
            library = try Self.lightgbm(own["model_class"] ?? "lightgbm.basic.Booster", format: own["serialization_format"])
            version = own["lgb_version"]
        case "onnx":
            library = .onnx
            version = own["onnx_version"]
        default:
            library = .sklearn
            version = own["sklearn_version"]
        }
    }

    private static func xgboost(_ name: String) throws(AssayError) -> BoosterAPI {
        switch name {
        case "xgboost.core.Booster": return .booster
        case "xgboost.sklearn.XGBClassifier", "xgboost.sklearn.XGBRFClassifier": return .classifier
        case "xgboost.sklearn.XGBRegressor", "xgboost.sklearn.XGBRFRegressor", "xgboost.sklearn.XGBRanker", "xgboost.sklearn.XGBModel":
            return .regressor
        default: throw AssayError(.unsupported, "flavors.xgboost.model_class is '\(name.prefix(100))', which is not supported")
        }
    }

    /// A booster is saved as text, a wrapper as an object of Python's.
    private static func lightgbm(_ name: String, format: String?) throws(AssayError) -> Library {
        if name == "lightgbm.basic.Booster" { return .lightgbm(.booster) }
        guard ["lightgbm.sklearn.LGBMClassifier", "lightgbm.sklearn.LGBMRegressor", "lightgbm.sklearn.LGBMRanker"].contains(name) else {
            throw AssayError(.unsupported, "flavors.lightgbm.model_class is '\(name.prefix(100))', which is not supported")
        }
        guard format == "skops" else {
            throw AssayError(
                .unsupported,
                "the model is saved as \(format ?? "cloudpickle"), which is code and is not opened; log it with "
                    + "mlflow.lightgbm.log_model(…, serialization_format='skops'), or its booster_")
        }
        return .lightgbmObjects
    }

    /// Other flavours and settings, by which something else could be loaded or run.
    private static func requireKnown(_ description: MLmodelFile, beside own: String) throws(AssayError) {
        for flavor in description.flavors.keys.sorted() {
            guard let known = settings[flavor], flavor == "python_function" || flavor == Text(own) else {
                throw AssayError(
                    .unsupported,
                    "the model has a flavor '\(flavor)' beside \(own), by which another model could be loaded; "
                        + "log it with mlflow.\(own).log_model alone")
            }
            let written = description.structures[flavor] ?? []
            let scalars = Set((description.flavors[flavor] ?? [:]).keys)
            // What this flavour's loader takes the file from, and nothing that another's does.
            let foreign: Set<Text> = flavor == "python_function" ? (own == "sklearn" ? ["data"] : ["model_path"]) : []
            let strange = scalars.subtracting(known.subtracting(foreign)).union(written.subtracting(structures[flavor] ?? []))
            if let setting = strange.sorted().first {
                throw AssayError(
                    .unsupported,
                    "flavors.\(flavor).\(setting) is set, by which MLflow could load or run something else; "
                        + "log the model without it")
            }
        }
    }

    /// Relative, in one spelling, by the same rule on every system.
    private static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") }
            && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }
}

/// Which file of a folder MLflow's clients load, by what library.
package struct ServedFile: Sendable {
    package let file: Text
    package let isONNX: Bool

    /// - Throws: `.unsupported` where it is not sure that all clients load this one.
    package init(_ description: MLmodelFile) throws(AssayError) {
        let served = try ServedModel(description)
        file = served.file
        isONNX = served.library == .onnx
    }
}
