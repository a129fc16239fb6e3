import AssayTerms

/// What scikit-learn 1.4 to 1.9 gives what prepares and selects columns, as ``SkopsAudit`` compares it.
///
/// - Source: the attributes of fitted estimators of 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1, over their options.
enum SkopsPreparationClasses {
    static let attributes: [Text: Set<Text>] = [
        "sklearn.decomposition._pca.PCA": [
            "_fit_svd_solver", "components_", "copy", "explained_variance_", "explained_variance_ratio_", "iterated_power", "mean_",
            "n_components", "n_components_", "n_oversamples", "n_samples_", "noise_variance_", "power_iteration_normalizer",
            "random_state", "singular_values_", "svd_solver", "tol", "whiten",
        ],
        "sklearn.decomposition._truncated_svd.TruncatedSVD": [
            "algorithm", "components_", "explained_variance_", "explained_variance_ratio_", "n_components", "n_iter",
            "n_oversamples", "power_iteration_normalizer", "random_state", "singular_values_", "tol",
        ],
        "sklearn.feature_selection._from_model.SelectFromModel": [
            "estimator", "estimator_", "importance_getter", "max_features", "max_features_", "norm_order", "prefit", "threshold",
        ],
        "sklearn.feature_selection._rfe.RFE": [
            "estimator", "estimator_", "importance_getter", "n_features_", "n_features_to_select", "ranking_", "step", "support_",
            "verbose",
        ],
        "sklearn.feature_selection._rfe.RFECV": [
            "cv", "cv_results_", "estimator", "estimator_", "importance_getter", "min_features_to_select", "n_features_", "n_jobs",
            "ranking_", "scoring", "step", "support_", "verbose",
        ],
        "sklearn.feature_selection._sequential.SequentialFeatureSelector": [
            "cv", "direction", "estimator", "n_features_to_select", "n_features_to_select_", "n_jobs", "scoring", "support_", "tol",
        ],
        "sklearn.feature_selection._univariate_selection.GenericUnivariateSelect": [
            "mode", "param", "pvalues_", "score_func", "scores_",
        ],
        "sklearn.feature_selection._univariate_selection.SelectFdr": [
            "alpha", "pvalues_", "score_func", "scores_",
        ],
        "sklearn.feature_selection._univariate_selection.SelectFpr": [
            "alpha", "pvalues_", "score_func", "scores_",
        ],
        "sklearn.feature_selection._univariate_selection.SelectFwe": [
            "alpha", "pvalues_", "score_func", "scores_",
        ],
        "sklearn.feature_selection._univariate_selection.SelectKBest": [
            "k", "pvalues_", "score_func", "scores_",
        ],
        "sklearn.feature_selection._univariate_selection.SelectPercentile": [
            "percentile", "pvalues_", "score_func", "scores_",
        ],
        "sklearn.feature_selection._variance_threshold.VarianceThreshold": [
            "threshold", "variances_",
        ],
        "sklearn.impute._knn.KNNImputer": [
            "_fit_X", "_mask_fit_X", "_valid_mask", "add_indicator", "copy", "indicator_", "keep_empty_features", "metric",
            "missing_values", "n_neighbors", "weights",
        ],
        "sklearn.pipeline.FeatureUnion": [
            "n_jobs", "transformer_list", "transformer_weights", "verbose", "verbose_feature_names_out",
        ],
        "sklearn.preprocessing._data.Binarizer": [
            "copy", "threshold",
        ],
        "sklearn.preprocessing._data.MaxAbsScaler": [
            "clip", "copy", "max_abs_", "n_samples_seen_", "scale_",
        ],
        "sklearn.preprocessing._data.MinMaxScaler": [
            "clip", "copy", "data_max_", "data_min_", "data_range_", "feature_range", "min_", "n_samples_seen_", "scale_",
        ],
        "sklearn.preprocessing._data.Normalizer": [
            "copy", "norm",
        ],
        "sklearn.preprocessing._data.PowerTransformer": [
            "_scaler", "copy", "lambdas_", "method", "standardize",
        ],
        "sklearn.preprocessing._data.QuantileTransformer": [
            "copy", "ignore_implicit_zeros", "n_quantiles", "n_quantiles_", "output_distribution", "quantiles_", "random_state",
            "references_", "subsample",
        ],
        "sklearn.preprocessing._data.RobustScaler": [
            "center_", "copy", "quantile_range", "scale_", "unit_variance", "with_centering", "with_scaling",
        ],
        "sklearn.preprocessing._discretization.KBinsDiscretizer": [
            "_encoder", "bin_edges_", "dtype", "encode", "n_bins", "n_bins_", "quantile_method", "random_state", "strategy",
            "subsample",
        ],
        "sklearn.preprocessing._label.LabelBinarizer": [
            "classes_", "neg_label", "pos_label", "sparse_input_", "sparse_output", "y_type_",
        ],
        "sklearn.preprocessing._polynomial.PolynomialFeatures": [
            "_max_degree", "_min_degree", "_n_out_full", "degree", "include_bias", "interaction_only", "n_output_features_",
            "order",
        ],
        "sklearn.preprocessing._polynomial.SplineTransformer": [
            "bsplines_", "degree", "extrapolation", "handle_missing", "include_bias", "knots", "n_features_out_", "n_knots",
            "order", "sparse_output",
        ],
        "sklearn.preprocessing._target_encoder.TargetEncoder": [
            "_infrequent_enabled", "categories", "categories_", "classes_", "cv", "encodings_", "random_state", "shuffle", "smooth",
            "target_mean_", "target_type", "target_type_",
        ],
    ]
}
