import AssayTerms

/// What scikit-learn 1.4 to 1.9 gives models made of models, as ``SkopsAudit`` compares it.
///
/// - Source: the attributes of fitted estimators of 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1, over their options.
enum SkopsEnsembleClasses {
    static let attributes: [Text: Set<Text>] = [
        "sklearn.calibration.CalibratedClassifierCV": [
            "calibrated_classifiers_", "classes_", "cv", "ensemble", "estimator", "method", "n_jobs",
        ],
        "sklearn.calibration._CalibratedClassifier": [
            "calibrators", "classes", "estimator", "method",
        ],
        "sklearn.calibration._SigmoidCalibration": [
            "a_", "b_",
        ],
        "sklearn.calibration._TemperatureScaling": [
            "beta_",
        ],
        "sklearn.compose._target.TransformedTargetRegressor": [
            "_training_dim", "check_inverse", "func", "inverse_func", "regressor", "regressor_", "transformer", "transformer_",
        ],
        "sklearn.ensemble._bagging.BaggingClassifier": [
            "_max_features", "_max_samples", "_n_samples", "_sample_weight", "_seeds", "bootstrap", "bootstrap_features",
            "classes_", "estimator", "estimator_", "estimator_params", "estimators_", "estimators_features_", "max_features",
            "max_samples", "n_classes_", "n_estimators", "n_jobs", "oob_decision_function_", "oob_score", "oob_score_",
            "random_state", "verbose", "warm_start",
        ],
        "sklearn.ensemble._bagging.BaggingRegressor": [
            "_max_features", "_max_samples", "_n_samples", "_sample_weight", "_seeds", "bootstrap", "bootstrap_features",
            "estimator", "estimator_", "estimator_params", "estimators_", "estimators_features_", "max_features", "max_samples",
            "n_estimators", "n_jobs", "oob_prediction_", "oob_score", "oob_score_", "random_state", "verbose", "warm_start",
        ],
        "sklearn.ensemble._iforest.IsolationForest": [
            "_average_path_length_per_tree", "_decision_path_lengths", "_max_features", "_max_samples", "_n_samples",
            "_sample_weight", "_seeds", "bootstrap", "bootstrap_features", "contamination", "estimator", "estimator_",
            "estimator_params", "estimators_", "estimators_features_", "max_features", "max_samples", "max_samples_",
            "n_estimators", "n_jobs", "offset_", "oob_score", "random_state", "verbose", "warm_start",
        ],
        "sklearn.ensemble._stacking.StackingClassifier": [
            "_label_encoder", "_n_feature_outs", "classes_", "cv", "estimators", "estimators_", "final_estimator",
            "final_estimator_", "n_jobs", "named_estimators_", "passthrough", "stack_method", "stack_method_", "verbose",
        ],
        "sklearn.ensemble._stacking.StackingRegressor": [
            "_n_feature_outs", "cv", "estimators", "estimators_", "final_estimator", "final_estimator_", "n_jobs",
            "named_estimators_", "passthrough", "stack_method", "stack_method_", "verbose",
        ],
        "sklearn.ensemble._voting.VotingClassifier": [
            "classes_", "estimators", "estimators_", "flatten_transform", "le_", "n_jobs", "named_estimators_", "verbose", "voting",
            "weights",
        ],
        "sklearn.ensemble._voting.VotingRegressor": [
            "estimators", "estimators_", "n_jobs", "named_estimators_", "verbose", "weights",
        ],
        "sklearn.ensemble._weight_boosting.AdaBoostClassifier": [
            "algorithm", "classes_", "estimator", "estimator_", "estimator_errors_", "estimator_params", "estimator_weights_",
            "estimators_", "learning_rate", "n_classes_", "n_estimators", "random_state",
        ],
        "sklearn.ensemble._weight_boosting.AdaBoostRegressor": [
            "estimator", "estimator_", "estimator_errors_", "estimator_params", "estimator_weights_", "estimators_",
            "learning_rate", "loss", "n_estimators", "random_state",
        ],
        "sklearn.frozen._frozen.FrozenEstimator": [
            "estimator",
        ],
        "sklearn.isotonic.IsotonicRegression": [
            "X_max_", "X_min_", "X_thresholds_", "increasing", "increasing_", "out_of_bounds", "y_max", "y_min", "y_thresholds_",
        ],
        "sklearn.model_selection._classification_threshold.FixedThresholdClassifier": [
            "estimator", "estimator_", "pos_label", "response_method", "threshold",
        ],
        "sklearn.model_selection._classification_threshold.TunedThresholdClassifierCV": [
            "_curve_scorer", "best_score_", "best_threshold_", "cv", "cv_results_", "estimator", "estimator_", "n_jobs",
            "random_state", "refit", "response_method", "scoring", "store_cv_results", "thresholds",
        ],
        "sklearn.model_selection._classification_threshold._CurveScorer": [
            "_kwargs", "_metadata_request", "_response_method", "_score_func", "_sign", "_thresholds",
        ],
        "sklearn.model_selection._search.GridSearchCV": [
            "_checked_cv_orig", "best_estimator_", "best_index_", "best_params_", "best_score_", "cv", "cv_results_", "error_score",
            "estimator", "multimetric_", "n_jobs", "n_splits_", "param_grid", "pre_dispatch", "refit", "refit_time_",
            "return_train_score", "scorer_", "scoring", "verbose",
        ],
        "sklearn.model_selection._search.RandomizedSearchCV": [
            "_checked_cv_orig", "best_estimator_", "best_index_", "best_params_", "best_score_", "cv", "cv_results_", "error_score",
            "estimator", "multimetric_", "n_iter", "n_jobs", "n_splits_", "param_distributions", "pre_dispatch", "random_state",
            "refit", "refit_time_", "return_train_score", "scorer_", "scoring", "verbose",
        ],
        "sklearn.multiclass.OneVsRestClassifier": [
            "classes_", "estimator", "estimators_", "label_binarizer_", "n_jobs", "verbose",
        ],
    ]
}
