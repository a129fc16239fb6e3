import AssayTerms

/// What scikit-learn 1.4 to 1.9 gives linear models, support vector machines and discriminant analysis, as ``SkopsAudit`` compares it.
///
/// - Source: the attributes of fitted estimators of 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1, over their options.
enum SkopsLinearClasses {
    static let attributes: [Text: Set<Text>] = [
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis": [
            "_max_components", "_n_features_out", "classes_", "coef_", "covariance_", "covariance_estimator",
            "explained_variance_ratio_", "intercept_", "means_", "n_components", "priors", "priors_", "scalings_", "shrinkage",
            "solver", "store_covariance", "tol", "xbar_",
        ],
        "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis": [
            "classes_", "covariance_", "covariance_estimator", "means_", "priors", "priors_", "reg_param", "rotations_",
            "scalings_", "shrinkage", "solver", "store_covariance", "tol",
        ],
        "sklearn.linear_model._base.LinearRegression": [
            "coef_", "copy_X", "fit_intercept", "intercept_", "n_jobs", "positive", "rank_", "singular_", "tol",
        ],
        "sklearn.linear_model._bayes.ARDRegression": [
            "X_offset_", "X_scale_", "alpha_", "alpha_1", "alpha_2", "coef_", "compute_score", "copy_X", "fit_intercept",
            "intercept_", "lambda_", "lambda_1", "lambda_2", "max_iter", "n_iter", "n_iter_", "scores_", "sigma_",
            "threshold_lambda", "tol", "verbose",
        ],
        "sklearn.linear_model._bayes.BayesianRidge": [
            "X_offset_", "X_scale_", "alpha_", "alpha_1", "alpha_2", "alpha_init", "coef_", "compute_score", "copy_X",
            "fit_intercept", "intercept_", "lambda_", "lambda_1", "lambda_2", "lambda_init", "max_iter", "n_iter", "n_iter_",
            "scores_", "sigma_", "tol", "verbose",
        ],
        "sklearn.linear_model._coordinate_descent.ElasticNet": [
            "alpha", "coef_", "copy_X", "dual_gap_", "fit_intercept", "intercept_", "l1_ratio", "max_iter", "n_iter_", "positive",
            "precompute", "random_state", "selection", "tol", "warm_start",
        ],
        "sklearn.linear_model._coordinate_descent.ElasticNetCV": [
            "_alphas", "alpha_", "alphas", "alphas_", "coef_", "copy_X", "cv", "dual_gap_", "eps", "fit_intercept", "intercept_",
            "l1_ratio", "l1_ratio_", "max_iter", "mse_path_", "n_alphas", "n_iter_", "n_jobs", "positive", "precompute",
            "random_state", "selection", "tol", "verbose",
        ],
        "sklearn.linear_model._coordinate_descent.Lasso": [
            "alpha", "coef_", "copy_X", "dual_gap_", "fit_intercept", "intercept_", "l1_ratio", "max_iter", "n_iter_", "positive",
            "precompute", "random_state", "selection", "tol", "warm_start",
        ],
        "sklearn.linear_model._coordinate_descent.LassoCV": [
            "_alphas", "alpha_", "alphas", "alphas_", "coef_", "copy_X", "cv", "dual_gap_", "eps", "fit_intercept", "intercept_",
            "max_iter", "mse_path_", "n_alphas", "n_iter_", "n_jobs", "positive", "precompute", "random_state", "selection", "tol",
            "verbose",
        ],
        "sklearn.linear_model._glm.glm.GammaRegressor": [
            "_base_loss", "alpha", "coef_", "fit_intercept", "intercept_", "max_iter", "n_iter_", "solver", "tol", "verbose",
            "warm_start",
        ],
        "sklearn.linear_model._glm.glm.PoissonRegressor": [
            "_base_loss", "alpha", "coef_", "fit_intercept", "intercept_", "max_iter", "n_iter_", "solver", "tol", "verbose",
            "warm_start",
        ],
        "sklearn.linear_model._glm.glm.TweedieRegressor": [
            "_base_loss", "alpha", "coef_", "fit_intercept", "intercept_", "link", "max_iter", "n_iter_", "power", "solver", "tol",
            "verbose", "warm_start",
        ],
        "sklearn.linear_model._huber.HuberRegressor": [
            "alpha", "coef_", "epsilon", "fit_intercept", "intercept_", "max_iter", "n_iter_", "outliers_", "scale_", "tol",
            "warm_start",
        ],
        "sklearn.linear_model._least_angle.Lars": [
            "active_", "alphas_", "coef_", "coef_path_", "copy_X", "eps", "fit_intercept", "fit_path", "intercept_", "jitter",
            "n_iter_", "n_nonzero_coefs", "precompute", "random_state", "verbose",
        ],
        "sklearn.linear_model._least_angle.LarsCV": [
            "active_", "alpha_", "alphas_", "coef_", "coef_path_", "copy_X", "cv", "cv_alphas_", "eps", "fit_intercept", "fit_path",
            "intercept_", "jitter", "max_iter", "max_n_alphas", "mse_path_", "n_iter_", "n_jobs", "n_nonzero_coefs", "precompute",
            "random_state", "verbose",
        ],
        "sklearn.linear_model._least_angle.LassoLars": [
            "active_", "alpha", "alphas_", "coef_", "coef_path_", "copy_X", "eps", "fit_intercept", "fit_path", "intercept_",
            "jitter", "max_iter", "n_iter_", "positive", "precompute", "random_state", "verbose",
        ],
        "sklearn.linear_model._least_angle.LassoLarsCV": [
            "active_", "alpha_", "alphas_", "coef_", "coef_path_", "copy_X", "cv", "cv_alphas_", "eps", "fit_intercept",
            "intercept_", "max_iter", "max_n_alphas", "mse_path_", "n_iter_", "n_jobs", "positive", "precompute", "verbose",
        ],
        "sklearn.linear_model._least_angle.LassoLarsIC": [
            "alpha_", "alphas_", "coef_", "copy_X", "criterion", "criterion_", "eps", "fit_intercept", "fit_path", "intercept_",
            "max_iter", "n_iter_", "noise_variance", "noise_variance_", "positive", "precompute", "verbose",
        ],
        "sklearn.linear_model._omp.OrthogonalMatchingPursuit": [
            "coef_", "fit_intercept", "intercept_", "n_iter_", "n_nonzero_coefs", "n_nonzero_coefs_", "precompute", "tol",
        ],
        "sklearn.linear_model._omp.OrthogonalMatchingPursuitCV": [
            "coef_", "copy", "cv", "fit_intercept", "intercept_", "max_iter", "n_iter_", "n_jobs", "n_nonzero_coefs_", "verbose",
        ],
        "sklearn.linear_model._passive_aggressive.PassiveAggressiveClassifier": [
            "C", "_expanded_class_weight", "_loss_function_", "alpha", "average", "class_weight", "classes_", "coef_",
            "early_stopping", "epsilon", "eta0", "fit_intercept", "intercept_", "l1_ratio", "learning_rate", "loss", "max_iter",
            "n_iter_", "n_iter_no_change", "n_jobs", "penalty", "power_t", "random_state", "shuffle", "t_", "tol",
            "validation_fraction", "verbose", "warm_start",
        ],
        "sklearn.linear_model._passive_aggressive.PassiveAggressiveRegressor": [
            "C", "alpha", "average", "coef_", "early_stopping", "epsilon", "eta0", "fit_intercept", "intercept_", "l1_ratio",
            "learning_rate", "loss", "max_iter", "n_iter_", "n_iter_no_change", "penalty", "power_t", "random_state", "shuffle",
            "t_", "tol", "validation_fraction", "verbose", "warm_start",
        ],
        "sklearn.linear_model._perceptron.Perceptron": [
            "C", "_expanded_class_weight", "_loss_function_", "alpha", "average", "class_weight", "classes_", "coef_",
            "early_stopping", "epsilon", "eta0", "fit_intercept", "intercept_", "l1_ratio", "learning_rate", "loss", "max_iter",
            "n_iter_", "n_iter_no_change", "n_jobs", "penalty", "power_t", "random_state", "shuffle", "t_", "tol",
            "validation_fraction", "verbose", "warm_start",
        ],
        "sklearn.linear_model._quantile.QuantileRegressor": [
            "alpha", "coef_", "fit_intercept", "intercept_", "n_iter_", "quantile", "solver", "solver_options",
        ],
        "sklearn.linear_model._ransac.RANSACRegressor": [
            "estimator", "estimator_", "inlier_mask_", "is_data_valid", "is_model_valid", "loss", "max_skips", "max_trials",
            "min_samples", "n_skips_invalid_data_", "n_skips_invalid_model_", "n_skips_no_inliers_", "n_trials_", "random_state",
            "residual_threshold", "stop_n_inliers", "stop_probability", "stop_score",
        ],
        "sklearn.linear_model._ridge.Ridge": [
            "alpha", "coef_", "copy_X", "fit_intercept", "intercept_", "max_iter", "n_iter_", "positive", "random_state", "solver",
            "solver_", "tol",
        ],
        "sklearn.linear_model._ridge.RidgeCV": [
            "_store_cv_results", "alpha_", "alpha_per_target", "alphas", "best_score_", "coef_", "cv", "cv_results_", "cv_values_",
            "fit_intercept", "gcv_mode", "intercept_", "scoring", "store_cv_results", "store_cv_values",
        ],
        "sklearn.linear_model._ridge.RidgeClassifier": [
            "_label_binarizer", "alpha", "class_weight", "classes_", "coef_", "copy_X", "fit_intercept", "intercept_", "max_iter",
            "n_iter_", "positive", "random_state", "solver", "solver_", "tol",
        ],
        "sklearn.linear_model._ridge.RidgeClassifierCV": [
            "_label_binarizer", "_store_cv_results", "alpha_", "alpha_per_target", "alphas", "best_score_", "class_weight",
            "classes_", "coef_", "cv", "fit_intercept", "gcv_mode", "intercept_", "scoring", "store_cv_results", "store_cv_values",
        ],
        "sklearn.linear_model._stochastic_gradient.SGDClassifier": [
            "C", "_average_coef", "_average_intercept", "_expanded_class_weight", "_loss_function_", "_standard_coef",
            "_standard_intercept", "alpha", "average", "class_weight", "classes_", "coef_", "early_stopping", "epsilon", "eta0",
            "fit_intercept", "intercept_", "l1_ratio", "learning_rate", "loss", "max_iter", "n_iter_", "n_iter_no_change", "n_jobs",
            "penalty", "power_t", "random_state", "shuffle", "t_", "tol", "validation_fraction", "verbose", "warm_start",
        ],
        "sklearn.linear_model._stochastic_gradient.SGDRegressor": [
            "C", "_average_coef", "_average_intercept", "_standard_coef", "_standard_intercept", "alpha", "average", "coef_",
            "early_stopping", "epsilon", "eta0", "fit_intercept", "intercept_", "l1_ratio", "learning_rate", "loss", "max_iter",
            "n_iter_", "n_iter_no_change", "penalty", "power_t", "random_state", "shuffle", "t_", "tol", "validation_fraction",
            "verbose", "warm_start",
        ],
        "sklearn.linear_model._theil_sen.TheilSenRegressor": [
            "breakdown_", "coef_", "copy_X", "fit_intercept", "intercept_", "max_iter", "max_subpopulation", "n_iter_", "n_jobs",
            "n_subpopulation_", "n_subsamples", "random_state", "tol", "verbose",
        ],
        "sklearn.svm._classes.LinearSVC": [
            "C", "class_weight", "classes_", "coef_", "dual", "fit_intercept", "intercept_", "intercept_scaling", "loss",
            "max_iter", "multi_class", "n_iter_", "penalty", "random_state", "tol", "verbose",
        ],
        "sklearn.svm._classes.LinearSVR": [
            "C", "coef_", "dual", "epsilon", "fit_intercept", "intercept_", "intercept_scaling", "loss", "max_iter", "n_iter_",
            "random_state", "tol", "verbose",
        ],
        "sklearn.svm._classes.NuSVC": [
            "C", "_dual_coef_", "_effective_probability", "_gamma", "_intercept_", "_n_support", "_num_iter", "_probA", "_probB",
            "_sparse", "break_ties", "cache_size", "class_weight", "class_weight_", "classes_", "coef0", "decision_function_shape",
            "degree", "dual_coef_", "epsilon", "fit_status_", "gamma", "intercept_", "kernel", "max_iter", "n_iter_", "nu",
            "probability", "random_state", "shape_fit_", "shrinking", "support_", "support_vectors_", "tol", "verbose",
        ],
        "sklearn.svm._classes.NuSVR": [
            "C", "_dual_coef_", "_effective_probability", "_gamma", "_intercept_", "_n_support", "_num_iter", "_probA", "_probB",
            "_sparse", "cache_size", "class_weight", "coef0", "degree", "dual_coef_", "epsilon", "fit_status_", "gamma",
            "intercept_", "kernel", "max_iter", "n_iter_", "nu", "probability", "random_state", "shape_fit_", "shrinking",
            "support_", "support_vectors_", "tol", "verbose",
        ],
        "sklearn.svm._classes.SVC": [
            "C", "_dual_coef_", "_effective_probability", "_gamma", "_intercept_", "_n_support", "_num_iter", "_probA", "_probB",
            "_sparse", "break_ties", "cache_size", "class_weight", "class_weight_", "classes_", "coef0", "decision_function_shape",
            "degree", "dual_coef_", "epsilon", "fit_status_", "gamma", "intercept_", "kernel", "max_iter", "n_iter_", "nu",
            "probability", "random_state", "shape_fit_", "shrinking", "support_", "support_vectors_", "tol", "verbose",
        ],
        "sklearn.svm._classes.SVR": [
            "C", "_dual_coef_", "_effective_probability", "_gamma", "_intercept_", "_n_support", "_num_iter", "_probA", "_probB",
            "_sparse", "cache_size", "class_weight", "coef0", "degree", "dual_coef_", "epsilon", "fit_status_", "gamma",
            "intercept_", "kernel", "max_iter", "n_iter_", "nu", "probability", "random_state", "shape_fit_", "shrinking",
            "support_", "support_vectors_", "tol", "verbose",
        ],
    ]
}
