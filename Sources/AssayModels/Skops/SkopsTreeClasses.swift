import AssayTerms

/// What scikit-learn 1.2 to 1.9 gives its trees, their ensembles and what those hold, as ``SkopsAudit`` compares it.
///
/// - Source: the attributes of fitted estimators of 1.2.2, 1.3.2, 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1, over losses and options.
enum SkopsTreeClasses {
    static let attributes: [Text: Set<Text>] = [
        "sklearn._loss.link.HalfLogitLink": [],
        "sklearn._loss.link.IdentityLink": [],
        "sklearn._loss.link.Interval": [
            "high", "high_inclusive", "low", "low_inclusive",
        ],
        "sklearn._loss.link.LogLink": [],
        "sklearn._loss.link.LogitLink": [],
        "sklearn._loss.link.MultinomialLogit": [],
        "sklearn._loss.loss.AbsoluteError": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn._loss.loss.ExponentialLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn._loss.loss.HalfBinomialLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn._loss.loss.HalfGammaLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn._loss.loss.HalfMultinomialLoss": [
            "approx_hessian", "class_indexing_offsets", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true",
            "link", "n_classes", "xp", "y_true_int", "y_true_one_hot",
        ],
        "sklearn._loss.loss.HalfPoissonLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn._loss.loss.HalfSquaredError": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn._loss.loss.HuberLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes",
            "quantile", "xp",
        ],
        "sklearn._loss.loss.PinballLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes", "xp",
        ],
        "sklearn.compose._column_transformer._RemainderColsList": [
            "data", "future_dtype", "warning_enabled", "warning_was_emitted",
        ],
        "sklearn.dummy.DummyClassifier": [
            "_strategy", "class_prior_", "classes_", "constant", "n_classes_", "n_outputs_", "random_state", "sparse_output_",
            "strategy",
        ],
        "sklearn.dummy.DummyRegressor": [
            "constant", "constant_", "n_outputs_", "quantile", "strategy",
        ],
        "sklearn.ensemble._forest.ExtraTreesClassifier": [
            "_n_samples", "_n_samples_bootstrap", "_sample_weight", "base_estimator", "bootstrap", "ccp_alpha", "class_weight",
            "classes_", "criterion", "estimator", "estimator_", "estimator_params", "estimators_", "max_depth", "max_features",
            "max_leaf_nodes", "max_samples", "min_impurity_decrease", "min_samples_leaf", "min_samples_split",
            "min_weight_fraction_leaf", "monotonic_cst", "n_classes_", "n_estimators", "n_jobs", "n_outputs_", "oob_decision_function_",
            "oob_score", "oob_score_", "random_state", "verbose", "warm_start",
        ],
        "sklearn.ensemble._forest.ExtraTreesRegressor": [
            "_n_samples", "_n_samples_bootstrap", "_sample_weight", "base_estimator", "bootstrap", "ccp_alpha", "class_weight",
            "criterion", "estimator", "estimator_", "estimator_params", "estimators_", "max_depth", "max_features", "max_leaf_nodes",
            "max_samples", "min_impurity_decrease", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "monotonic_cst",
            "n_estimators", "n_jobs", "n_outputs_", "oob_prediction_", "oob_score", "oob_score_", "random_state", "verbose",
            "warm_start",
        ],
        "sklearn.ensemble._forest.RandomForestClassifier": [
            "_n_samples", "_n_samples_bootstrap", "_sample_weight", "base_estimator", "bootstrap", "ccp_alpha", "class_weight",
            "classes_", "criterion", "estimator", "estimator_", "estimator_params", "estimators_", "max_depth", "max_features",
            "max_leaf_nodes", "max_samples", "min_impurity_decrease", "min_samples_leaf", "min_samples_split",
            "min_weight_fraction_leaf", "monotonic_cst", "n_classes_", "n_estimators", "n_jobs", "n_outputs_", "oob_decision_function_",
            "oob_score", "oob_score_", "random_state", "verbose", "warm_start",
        ],
        "sklearn.ensemble._forest.RandomForestRegressor": [
            "_n_samples", "_n_samples_bootstrap", "_sample_weight", "base_estimator", "bootstrap", "ccp_alpha", "class_weight",
            "criterion", "estimator", "estimator_", "estimator_params", "estimators_", "max_depth", "max_features", "max_leaf_nodes",
            "max_samples", "min_impurity_decrease", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "monotonic_cst",
            "n_estimators", "n_jobs", "n_outputs_", "oob_prediction_", "oob_score", "oob_score_", "random_state", "verbose",
            "warm_start",
        ],
        "sklearn.ensemble._gb.GradientBoostingClassifier": [
            "_loss", "_n_classes", "_rng", "alpha", "ccp_alpha", "classes_", "criterion", "estimators_", "init", "init_",
            "learning_rate", "loss", "max_depth", "max_features", "max_features_", "max_leaf_nodes", "min_impurity_decrease",
            "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "n_classes_", "n_estimators", "n_estimators_",
            "n_iter_no_change", "n_trees_per_iteration_", "oob_improvement_", "oob_score_", "oob_scores_", "random_state", "subsample",
            "tol", "train_score_", "validation_fraction", "verbose", "warm_start",
        ],
        "sklearn.ensemble._gb.GradientBoostingRegressor": [
            "_loss", "_rng", "alpha", "ccp_alpha", "criterion", "estimators_", "init", "init_", "learning_rate", "loss", "max_depth",
            "max_features", "max_features_", "max_leaf_nodes", "min_impurity_decrease", "min_samples_leaf", "min_samples_split",
            "min_weight_fraction_leaf", "n_estimators", "n_estimators_", "n_iter_no_change", "n_trees_per_iteration_",
            "oob_improvement_", "oob_score_", "oob_scores_", "random_state", "subsample", "tol", "train_score_", "validation_fraction",
            "verbose", "warm_start",
        ],
        "sklearn.ensemble._gb_losses.BinomialDeviance": [
            "K",
        ],
        "sklearn.ensemble._gb_losses.ExponentialLoss": [
            "K",
        ],
        "sklearn.ensemble._gb_losses.HuberLossFunction": [
            "K", "alpha", "gamma",
        ],
        "sklearn.ensemble._gb_losses.LeastAbsoluteError": [
            "K",
        ],
        "sklearn.ensemble._gb_losses.LeastSquaresError": [
            "K",
        ],
        "sklearn.ensemble._gb_losses.MultinomialDeviance": [
            "K",
        ],
        "sklearn.ensemble._gb_losses.QuantileLossFunction": [
            "K", "alpha", "percentile",
        ],
        "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper": [
            "bin_thresholds_", "is_categorical", "is_categorical_", "known_categories", "missing_values_bin_idx_", "n_bins",
            "n_bins_non_missing_", "n_threads", "random_state", "subsample",
        ],
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier": [
            "_baseline_prediction", "_bin_mapper", "_feature_subsample_rng", "_is_categorical_remapped", "_label_encoder", "_loss",
            "_n_features", "_predictors", "_preprocessor", "_random_seed", "_scorer", "_use_validation_data", "categorical_features",
            "class_weight", "classes_", "do_early_stopping_", "early_stopping", "interaction_cst", "is_categorical_",
            "l2_regularization", "learning_rate", "loss", "max_bins", "max_depth", "max_features", "max_iter", "max_leaf_nodes",
            "min_samples_leaf", "monotonic_cst", "n_iter_no_change", "n_trees_per_iteration_", "random_state", "scoring", "tol",
            "train_score_", "validation_fraction", "validation_score_", "verbose", "warm_start",
        ],
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor": [
            "_baseline_prediction", "_bin_mapper", "_feature_subsample_rng", "_is_categorical_remapped", "_loss", "_n_features",
            "_predictors", "_preprocessor", "_random_seed", "_scorer", "_use_validation_data", "categorical_features",
            "do_early_stopping_", "early_stopping", "interaction_cst", "is_categorical_", "l2_regularization", "learning_rate", "loss",
            "max_bins", "max_depth", "max_features", "max_iter", "max_leaf_nodes", "min_samples_leaf", "monotonic_cst",
            "n_iter_no_change", "n_trees_per_iteration_", "quantile", "random_state", "scoring", "tol", "train_score_",
            "validation_fraction", "validation_score_", "verbose", "warm_start",
        ],
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": [
            "binned_left_cat_bitsets", "nodes", "raw_left_cat_bitsets",
        ],
        "sklearn.preprocessing._encoders.OrdinalEncoder": [
            "_default_to_infrequent_mappings", "_infrequent_enabled", "_infrequent_indices", "_missing_indices", "categories", "categories_",
            "dtype", "encoded_missing_value", "handle_unknown",
            "max_categories", "min_frequency", "unknown_value",
        ],
        "sklearn.preprocessing._label.LabelEncoder": [
            "classes_",
        ],
        "sklearn.tree._classes.DecisionTreeClassifier": [
            "ccp_alpha", "class_weight", "classes_", "criterion", "max_depth", "max_features", "max_features_", "max_leaf_nodes",
            "min_impurity_decrease", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "monotonic_cst", "n_classes_",
            "n_outputs_", "random_state", "splitter", "tree_",
        ],
        "sklearn.tree._classes.DecisionTreeRegressor": [
            "ccp_alpha", "class_weight", "criterion", "max_depth", "max_features", "max_features_", "max_leaf_nodes",
            "min_impurity_decrease", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "monotonic_cst", "n_outputs_",
            "random_state", "splitter", "tree_",
        ],
        "sklearn.tree._classes.ExtraTreeClassifier": [
            "ccp_alpha", "class_weight", "classes_", "criterion", "max_depth", "max_features", "max_features_", "max_leaf_nodes",
            "min_impurity_decrease", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "monotonic_cst", "n_classes_",
            "n_outputs_", "random_state", "splitter", "tree_",
        ],
        "sklearn.tree._classes.ExtraTreeRegressor": [
            "ccp_alpha", "class_weight", "criterion", "max_depth", "max_features", "max_features_", "max_leaf_nodes",
            "min_impurity_decrease", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf", "monotonic_cst", "n_outputs_",
            "random_state", "splitter", "tree_",
        ],
    ]
}
