import AssayTerms

/// What scikit-learn 1.4 to 1.9 gives neighbours, naive Bayes, small networks and what they hold, as ``SkopsAudit`` compares it.
///
/// - Source: the attributes of fitted estimators of 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1, over their options.
enum SkopsFurtherClasses {
    static let attributes: [Text: Set<Text>] = [
        "sklearn._loss.loss.HalfTweedieLoss": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes",
            "xp",
        ],
        "sklearn._loss.loss.HalfTweedieLossIdentity": [
            "approx_hessian", "closs", "constant_hessian", "device", "interval_y_pred", "interval_y_true", "link", "n_classes",
            "xp",
        ],
        "sklearn.metrics._scorer._CurveScorer": [
            "_deprecation_msg", "_kwargs", "_metadata_request", "_response_method", "_score_func", "_sign", "_thresholds",
        ],
        "sklearn.metrics._scorer._PassthroughScorer": [
            "_estimator", "_metadata_request",
        ],
        "sklearn.metrics._scorer._Scorer": [
            "_deprecation_msg", "_kwargs", "_response_method", "_score_func", "_sign",
        ],
        "sklearn.naive_bayes.BernoulliNB": [
            "alpha", "binarize", "class_count_", "class_log_prior_", "class_prior", "classes_", "feature_count_",
            "feature_log_prob_", "fit_prior", "force_alpha",
        ],
        "sklearn.naive_bayes.CategoricalNB": [
            "alpha", "category_count_", "class_count_", "class_log_prior_", "class_prior", "classes_", "feature_log_prob_",
            "fit_prior", "force_alpha", "min_categories", "n_categories_",
        ],
        "sklearn.naive_bayes.ComplementNB": [
            "alpha", "class_count_", "class_log_prior_", "class_prior", "classes_", "feature_all_", "feature_count_",
            "feature_log_prob_", "fit_prior", "force_alpha", "norm",
        ],
        "sklearn.naive_bayes.GaussianNB": [
            "class_count_", "class_prior_", "classes_", "epsilon_", "priors", "theta_", "var_", "var_smoothing",
        ],
        "sklearn.naive_bayes.MultinomialNB": [
            "alpha", "class_count_", "class_log_prior_", "class_prior", "classes_", "feature_count_", "feature_log_prob_",
            "fit_prior", "force_alpha",
        ],
        "sklearn.neighbors._classification.KNeighborsClassifier": [
            "_fit_X", "_fit_method", "_tree", "_y", "algorithm", "classes_", "effective_metric_", "effective_metric_params_",
            "leaf_size", "metric", "metric_params", "n_jobs", "n_neighbors", "n_samples_fit_", "outputs_2d_", "p", "radius",
            "weights",
        ],
        "sklearn.neighbors._regression.KNeighborsRegressor": [
            "_fit_X", "_fit_method", "_tree", "_y", "algorithm", "effective_metric_", "effective_metric_params_", "leaf_size",
            "metric", "metric_params", "n_jobs", "n_neighbors", "n_samples_fit_", "p", "radius", "weights",
        ],
        "sklearn.neural_network._multilayer_perceptron.MLPClassifier": [
            "_best_coefs", "_best_intercepts", "_coef_indptr", "_intercept_indptr", "_label_binarizer", "_no_improvement_count",
            "_optimizer", "_random_state", "activation", "alpha", "batch_size", "best_loss_", "best_validation_score_", "beta_1",
            "beta_2", "classes_", "coefs_", "early_stopping", "epsilon", "hidden_layer_sizes", "intercepts_", "learning_rate",
            "learning_rate_init", "loss", "loss_", "loss_curve_", "max_fun", "max_iter", "momentum", "n_iter_", "n_iter_no_change",
            "n_layers_", "n_outputs_", "nesterovs_momentum", "out_activation_", "power_t", "random_state", "shuffle", "solver",
            "t_", "tol", "validation_fraction", "validation_scores_", "verbose", "warm_start",
        ],
        "sklearn.neural_network._multilayer_perceptron.MLPRegressor": [
            "_best_coefs", "_best_intercepts", "_coef_indptr", "_intercept_indptr", "_no_improvement_count", "_optimizer",
            "_random_state", "activation", "alpha", "batch_size", "best_loss_", "best_validation_score_", "beta_1", "beta_2",
            "coefs_", "early_stopping", "epsilon", "hidden_layer_sizes", "intercepts_", "learning_rate", "learning_rate_init",
            "loss", "loss_", "loss_curve_", "max_fun", "max_iter", "momentum", "n_iter_", "n_iter_no_change", "n_layers_",
            "n_outputs_", "nesterovs_momentum", "out_activation_", "power_t", "random_state", "shuffle", "solver", "t_", "tol",
            "validation_fraction", "validation_scores_", "verbose", "warm_start",
        ],
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer": [
            "beta_1", "beta_2", "epsilon", "learning_rate", "learning_rate_init", "ms", "t", "vs",
        ],
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer": [
            "learning_rate", "learning_rate_init", "lr_schedule", "momentum", "nesterov", "power_t", "velocities",
        ],
        "sklearn.utils._metadata_requests.MetadataRequest": [
            "decision_function", "fit", "inverse_transform", "owner", "partial_fit", "predict", "predict_log_proba",
            "predict_proba", "score", "split", "transform",
        ],
        "sklearn.utils._metadata_requests.MethodMetadataRequest": [
            "_requests", "method", "owner",
        ],
    ]
}
