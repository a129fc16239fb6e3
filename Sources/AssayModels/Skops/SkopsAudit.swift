import AssayJSON
import AssayTerms

/// Refuses a skops file that holds anything a reader of ours would pass over and Python would act on.
///
/// In Python an attribute of an object comes before its class's method of that name, so an estimator that carries an
/// attribute `predict` predicts with that. Every object is therefore one of ``attributes``' classes with attributes
/// of its closed list; methods, functions, partial calls and every other kind of node that makes or names code are
/// refused wherever they stand, as is a container of another class than Python's own.
///
/// Cost: one pass over `schema.json`.
///
/// - Source: skops 0.16, `skops/io/_general.py`, `_numpy.py`, `_sklearn.py`: what loading each node calls.
struct SkopsAudit {
    let file: SkopsFile

    static func check(_ file: SkopsFile) throws(AssayError) {
        try SkopsAudit(file: file).visit(file.root, "the model")
    }

    /// What each loader may name. A loader that is not here is refused; `nil` means that loading ignores the class.
    private static func classes(of loader: String) -> Set<Text>?? {
        switch loader {
        case "JsonNode": .some(nil)
        case "DictNode", "_DictWithDeprecatedKeysNode": dictionaries
        // Of LightGBM's records of training.
        case "DefaultDictNode": ["collections.defaultdict"]
        case "ListNode": ["builtins.list"]
        case "TupleNode": ["builtins.tuple"]
        case "SliceNode": ["builtins.slice"]
        case "DTypeNode": ["numpy.dtype"]
        case "NdArrayNode": arrays
        case "TypeNode": types
        case "RandomStateNode": ["numpy.random.mtrand.RandomState"]
        case "RandomGeneratorNode": ["numpy.random._generator.Generator"]
        // Restored from its arrays by scikit-learn's own class.
        case "TreeNode": ["sklearn.tree._tree.Tree"]
        case "LossNode": losses
        // Results of a search, which nothing that predicts reads.
        case "MaskedArrayNode": ["numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray"]
        case "FunctionNode": functions
        // What gradient boosting by histograms checks its numbers with; ``node(_:)`` looks at what it calls.
        case "PartialNode": ["functools.partial"]
        default: .none
        }
    }

    private static let losses: Set<Text> = Set(
        [
            "CyHalfSquaredError", "CyAbsoluteError", "CyPinballLoss", "CyHuberLoss", "CyHalfPoissonLoss", "CyHalfGammaLoss", "CyHalfTweedieLoss",
            "CyHalfTweedieLossIdentity", "CyHalfBinomialLoss", "CyHalfMultinomialLoss", "CyExponentialLoss",
        ].flatMap { [Text("sklearn._loss._loss." + $0), Text("_loss." + $0)] }
            + ["Hinge", "SquaredHinge", "ModifiedHuber", "Huber", "Log", "SquaredLoss", "EpsilonInsensitive", "SquaredEpsilonInsensitive"].map {
                Text("sklearn.linear_model._sgd_fast." + $0)
            })

    /// Functions by name that an estimator may remember. Readers look at those which predicting would call (`func`, `inverse_func`); scores of
    /// searches and selections are called in fitting alone.
    private static let functions: Set<Text> = {
        var names: Set<Text> = ["sklearn.utils.validation.check_array"]
        for function in NumberMap.Function.allCases {
            for module in ["numpy", "numpy.core._multiarray_umath", "numpy._core._multiarray_umath"] { names.insert(Text("\(module).\(function.rawValue)")) }
        }
        let metrics = [
            "_classification": [
                "accuracy_score", "balanced_accuracy_score", "f1_score", "precision_score", "recall_score", "jaccard_score", "matthews_corrcoef",
                "log_loss", "d2_log_loss_score", "brier_score_loss", "fbeta_score", "cohen_kappa_score", "hamming_loss",
            ],
            "_ranking": ["roc_auc_score", "average_precision_score", "top_k_accuracy_score"],
            "_regression": [
                "r2_score", "mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "median_absolute_error", "max_error",
                "explained_variance_score", "mean_squared_log_error", "root_mean_squared_log_error", "mean_absolute_percentage_error",
                "mean_poisson_deviance", "mean_gamma_deviance", "mean_tweedie_deviance", "mean_pinball_loss", "d2_absolute_error_score",
            ],
        ]
        for (module, own) in metrics { for name in own { names.insert(Text("sklearn.metrics.\(module).\(name)")) } }
        for name in ["f_classif", "f_regression", "chi2", "r_regression", "f_oneway"] {
            names.insert(Text("sklearn.feature_selection._univariate_selection.\(name)"))
        }
        for name in ["mutual_info_classif", "mutual_info_regression"] { names.insert(Text("sklearn.feature_selection._mutual_info.\(name)")) }
        return names
    }()

    private static let dictionaries: Set<Text> = [
        "builtins.dict", "collections.OrderedDict", "sklearn.utils._bunch.Bunch",
        "skops.io._utils._DictWithDeprecatedKeys",
    ]

    private static let scalars: Set<Text> = Set(
        [
            "bool", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intc", "uintc",
            "longlong", "ulonglong", "float16", "float32", "float64", "longdouble", "str_",
        ].map { Text("numpy." + $0) })

    private static let arrays = scalars.union(["numpy.ndarray"])

    /// Dictionary keys' types, `dtype` and `dtype_include`.
    private static let types = scalars.union(
        ["numpy.number", "numpy.integer", "numpy.signedinteger", "numpy.unsignedinteger", "numpy.floating"]
            + ["numpy.object_", "collections.OrderedDict", "builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.object"])

    private func visit(_ value: JSONValue, _ path: String) throws(AssayError) {
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() { try visit(element, "\(path)[\(index)]") }
        case .object(let object):
            if object["__loader__"] != nil {
                try node(SkopsNode(json: value, path: path, file: file))
            }
            for member in object.members {
                // `content` and its kin are skops's words, the names within are Python's.
                let isPlumbing = object["__loader__"] != nil
                try visit(member.value, isPlumbing ? path : path == "the model" ? member.name : "\(path).\(member.name)")
            }
        default: break
        }
    }

    private func node(_ node: SkopsNode) throws(AssayError) {
        let name = Text(node.className)
        if node.loader == "ObjectNode" {
            // Their state is a tuple of arrays, which ``NeighbourTree`` reads.
            if Self.states.contains(name) { return }
            guard let known = Self.known(name) else {
                throw unsupported(node, "is a \(name), which no supported estimator holds")
            }
            for attribute in try node.attributeNames().map({ Text($0) })
            where !known.contains(attribute) && !Self.common.contains(attribute) {
                throw unsupported(
                    node,
                    "is a \(name) with an attribute '\(attribute)', which scikit-learn does not give it and "
                        + "Python would take for the class's own")
            }
            return
        }
        if node.loader == "PartialNode", node.partialFunction != Self.checking || !node.path.hasSuffix("func") {
            throw unsupported(node, "is a \(name) of something else than \(Self.checking) or in another place than histogram boosting has it")
        }
        if node.loader == "DefaultDictNode", !node.path.hasSuffix("best_score") {
            throw unsupported(node, "is a \(name) elsewhere than among a booster's records of training")
        }
        guard let allowed = Self.classes(of: node.loader) else {
            throw unsupported(node, "is a \(node.loader) of \(name), which can stand for code")
        }
        guard let allowed, !allowed.contains(name) else { return }
        throw unsupported(node, "is a \(node.loader) of \(name), which is not a class it may have")
    }

    private func unsupported(_ node: SkopsNode, _ why: String) -> AssayError {
        AssayError(.unsupported, "\(file.name): \(node.path) \(why); save the fitted estimator as scikit-learn makes it")
    }

    private static let checking = "sklearn.utils.validation.check_array"

    /// Objects without attributes, whose state is a tuple.
    private static let states: Set<Text> = [
        "sklearn.neighbors._kd_tree.KDTree", "sklearn.neighbors._ball_tree.BallTree", "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.metrics._dist_metrics.ManhattanDistance64", "sklearn.metrics._dist_metrics.ChebyshevDistance64",
        "sklearn.metrics._dist_metrics.MinkowskiDistance64",
    ]

    private static func known(_ name: Text) -> Set<Text>? {
        attributes[name] ?? SkopsTreeClasses.attributes[name] ?? SkopsLinearClasses.attributes[name] ?? SkopsPreparationClasses.attributes[name]
            ?? SkopsEnsembleClasses.attributes[name] ?? SkopsFurtherClasses.attributes[name]
            ?? SkopsLightGBMClasses.attributes[name]
    }

    // MARK: What scikit-learn 1.0 to 1.9 gives its objects

    private static let common: Set<Text> = [
        "_sklearn_version", "_sklearn_output_config", "n_features_in_", "feature_names_in_",
    ]

    private static let logistic: Set<Text> = [
        "class_weight", "classes_", "coef_", "dual", "fit_intercept", "intercept_", "intercept_scaling", "max_iter",
        "multi_class", "n_iter_", "n_jobs", "penalty", "random_state", "solver", "tol", "verbose",
    ]

    private static let folds: Set<Text> = ["n_splits", "shuffle", "random_state"]

    private static let attributes: [Text: Set<Text>] = [
        "sklearn.pipeline.Pipeline": ["steps", "memory", "transform_input", "verbose"],
        "sklearn.compose._column_transformer.ColumnTransformer": [
            "_columns", "_n_features", "_name_to_fitted_passthrough", "_remainder", "_transformer_to_input_indices", "_transformers_feature_names_out",
            "force_int_remainder_cols", "n_jobs", "output_indices_", "remainder", "sparse_output_", "sparse_threshold",
            "transformer_weights", "transformers", "transformers_", "verbose", "verbose_feature_names_out",
        ],
        "sklearn.compose._column_transformer._RemainderColsList": ["data", "future_dtype", "warning_enabled", "warning_was_emitted"],
        "sklearn.compose._column_transformer.make_column_selector": ["dtype_exclude", "dtype_include", "pattern"],
        "sklearn.impute._base.SimpleImputer": [
            "_fill_dtype", "_fit_dtype", "add_indicator", "copy", "fill_value", "indicator_", "keep_empty_features",
            "missing_values", "statistics_", "strategy", "verbose",
        ],
        "sklearn.impute._base.MissingIndicator": [
            "_n_features", "_precomputed", "error_on_new", "features", "features_", "missing_values", "sparse",
        ],
        "sklearn.preprocessing._data.StandardScaler": [
            "copy", "mean_", "n_samples_seen_", "scale_", "var_", "with_mean", "with_std",
        ],
        "sklearn.preprocessing._encoders.OneHotEncoder": [
            "_default_to_infrequent_mappings", "_drop_idx_after_grouping", "_infrequent_enabled", "_infrequent_indices",
            "_n_features_outs", "categories", "categories_", "drop", "drop_idx_", "dtype", "feature_name_combiner",
            "handle_unknown", "max_categories", "min_frequency", "sparse", "sparse_output",
        ],
        "sklearn.preprocessing._function_transformer.FunctionTransformer": [
            "accept_sparse", "check_inverse", "feature_names_out", "func", "inv_kw_args", "inverse_func", "kw_args",
            "validate",
        ],
        "sklearn.linear_model._logistic.LogisticRegression": logistic.union(["C", "l1_ratio", "warm_start"]),
        "sklearn.linear_model._logistic.LogisticRegressionCV": logistic.union([
            "C_", "Cs", "Cs_", "coefs_paths_", "cv", "l1_ratio_", "l1_ratios", "l1_ratios_", "refit", "scores_",
            "scoring", "use_legacy_attributes",
        ]),
        "sklearn.model_selection._split.KFold": folds,
        "sklearn.model_selection._split.StratifiedKFold": folds,
    ]
}
