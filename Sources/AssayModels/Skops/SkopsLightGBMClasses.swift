import AssayTerms

/// What LightGBM gives its estimators and boosters, as ``SkopsAudit`` compares it.
///
/// - Source: the attributes of fitted estimators of 4.7.0; further settings by name stand among them as attributes.
enum SkopsLightGBMClasses {
    static let attributes: [Text: Set<Text>] = [
        "lightgbm.sklearn.LGBMClassifier": own.union(settings), "lightgbm.sklearn.LGBMRegressor": own.union(settings),
        "lightgbm.sklearn.LGBMRanker": own.union(settings), "lightgbm.basic.Booster": booster,
    ]

    /// Settings of training, which say nothing in predicting.
    static let settings: Set<Text> = [
        "alpha", "bagging_fraction", "bagging_freq", "bagging_seed", "bin_construct_sample_cnt", "boost_from_average", "boosting",
        "cat_l2", "cat_smooth", "data_random_seed", "data_sample_strategy", "deterministic", "device", "device_type", "drop_rate",
        "early_stopping", "early_stopping_round", "early_stopping_rounds", "enable_bundle", "eval_at", "extra_trees", "fair_c",
        "feature_fraction", "feature_fraction_bynode", "feature_fraction_seed", "first_metric_only", "force_col_wise",
        "force_row_wise", "histogram_pool_size", "interaction_constraints", "is_unbalance", "label_gain", "lambda_l1", "lambda_l2",
        "lambdarank_norm", "lambdarank_truncation_level", "linear_tree", "max_bin", "max_cat_threshold", "max_cat_to_onehot",
        "max_delta_step", "max_drop", "metric", "min_child_samples", "min_data_in_bin", "min_data_in_leaf", "min_data_per_group",
        "min_gain_to_split", "min_sum_hessian_in_leaf", "monotone_constraints", "monotone_constraints_method", "num_class",
        "num_threads", "other_rate", "path_smooth", "poisson_max_delta_step", "reg_sqrt", "scale_pos_weight", "seed", "sigmoid",
        "skip_drop", "top_rate", "tree_learner", "tweedie_variance_power", "use_missing", "use_quantized_grad", "verbose",
        "verbosity", "zero_as_missing",
    ]

    private static let own: Set<Text> = [
        "_Booster", "_best_iteration", "_best_score", "_class_map", "_class_weight", "_classes", "_eval_at", "_evals_result",
        "_fitted_with_feature_names", "_le", "_n_classes", "_n_features", "_n_features_in", "_objective", "_other_params",
        "boosting_type", "class_weight", "colsample_bytree", "fitted_", "importance_type", "learning_rate", "max_depth",
        "min_child_samples", "min_child_weight", "min_split_gain", "n_estimators", "n_jobs", "num_leaves", "objective",
        "random_state", "reg_alpha", "reg_lambda", "subsample", "subsample_for_bin", "subsample_freq",
    ]

    private static let booster: Set<Text> = [
        "_Booster__higher_better_inner_eval", "_Booster__init_predictor", "_Booster__inner_predict_buffer",
        "_Booster__is_predicted_cur_iter", "_Booster__name_inner_eval", "_Booster__need_reload_eval_info", "_Booster__num_class",
        "_Booster__num_dataset", "_Booster__num_inner_eval", "_Booster__set_objective_to_none", "_free_buffer", "_handle",
        "_network", "_train_data_name", "best_iteration", "best_score", "name_valid_sets", "pandas_categorical", "params",
        "train_set_version",
    ]
}
