import AssayTerms

/// Weighted sums other than logistic regression.
///
/// - Source: scikit-learn 1.9, `LinearModel._decision_function`, `LinearClassifierMixin`, `SGDClassifier.predict_proba`, `RidgeClassifier`,
///   `LinearDiscriminantAnalysis.predict_proba`, `_GeneralizedLinearRegressor.predict` and `TweedieRegressor._get_loss`.
extension SklearnReader {
    private static let regressors: Set<Text> = Set(
        [
            "_base.LinearRegression", "_ridge.Ridge", "_ridge.RidgeCV", "_coordinate_descent.Lasso", "_coordinate_descent.LassoCV",
            "_coordinate_descent.ElasticNet", "_coordinate_descent.ElasticNetCV", "_huber.HuberRegressor",
            "_stochastic_gradient.SGDRegressor", "_bayes.BayesianRidge", "_bayes.ARDRegression", "_least_angle.Lars",
            "_least_angle.LarsCV", "_least_angle.LassoLars", "_least_angle.LassoLarsCV", "_least_angle.LassoLarsIC",
            "_omp.OrthogonalMatchingPursuit", "_omp.OrthogonalMatchingPursuitCV", "_theil_sen.TheilSenRegressor",
            "_quantile.QuantileRegressor", "_passive_aggressive.PassiveAggressiveRegressor",
        ].map { Text("sklearn.linear_model." + $0) } + ["sklearn.svm._classes.LinearSVR"])

    private static let generalized: Set<Text> = [
        "sklearn.linear_model._glm.glm.PoissonRegressor", "sklearn.linear_model._glm.glm.GammaRegressor",
        "sklearn.linear_model._glm.glm.TweedieRegressor",
    ]

    /// Classifiers whose scores are not made into probabilities.
    private static let deciders: Set<Text> = [
        "sklearn.svm._classes.LinearSVC", "sklearn.linear_model._perceptron.Perceptron",
        "sklearn.linear_model._passive_aggressive.PassiveAggressiveClassifier",
    ]

    private static let ridges: Set<Text> = [
        "sklearn.linear_model._ridge.RidgeClassifier", "sklearn.linear_model._ridge.RidgeClassifierCV",
    ]

    /// `nil` where the class is none of these.
    mutating func linearModel(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        let name = Text(node.className)
        if Self.regressors.contains(name) { return try linearRegression(node, lanes, link: .identity) }
        if Self.generalized.contains(name) { return try linearRegression(node, lanes, link: try generalizedLink(node)) }
        if Self.deciders.contains(name) {
            return try linearClassifier(node, lanes, classes: classLabels(node.required("classes_"))) { _ in .decision }
        }
        if Self.ridges.contains(name) {
            let labels = try node.required("_label_binarizer")
            guard try ["binary", "multiclass"].contains(labels.required("y_type_").text()) else {
                throw AssayError(.unsupported, "\(file.name): \(node.path) predicts several labels a row; one is supported")
            }
            return try linearClassifier(node, lanes, classes: classLabels(labels.required("classes_"))) { _ in .decision }
        }
        switch name {
        case "sklearn.linear_model._stochastic_gradient.SGDClassifier":
            let loss = try node.required("loss").text()
            return try linearClassifier(node, lanes, classes: classLabels(node.required("classes_"))) { classes in
                loss == "log_loss" ? (classes == 2 ? .logistic : .oneVersusRest) : loss == "modified_huber" ? .clipped : .decision
            }
        case "sklearn.discriminant_analysis.LinearDiscriminantAnalysis":
            return try linearClassifier(node, lanes, classes: classLabels(node.required("classes_"))) { $0 == 2 ? .logistic : .softmax }
        case "sklearn.linear_model._ransac.RANSACRegressor":
            return try predictor(node.required("estimator_"), lanes)
        default: return nil
        }
    }

    private func generalizedLink(_ node: SkopsNode) throws(AssayError) -> LinearHead.Link {
        guard node.className.hasSuffix("TweedieRegressor") else { return .exponential }
        switch try node.required("link").text() {
        case "log": return .exponential
        case "identity": return .identity
        case "auto":
            guard let power = try cell(node.required("power").scalar(), node).double else { throw node.damaged("has no power") }
            return power <= 0 ? .identity : .exponential
        case let word: throw AssayError(.unsupported, "\(file.name): \(node.path) has link='\(word)', which is not supported")
        }
    }

    private mutating func linearRegression(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane], link: LinearHead.Link
    ) throws(AssayError) -> Fitted {
        let coefficients = try node.required("coef_").array()
        guard coefficients.shape.count == 1, let weights = coefficients.doubles else {
            throw AssayError(
                .unsupported,
                "\(file.name): \(node.path) has coef_ with \(coefficients.shape.count) axes, as several outputs have; one output is supported")
        }
        try requireWidth(weights.count, lanes, node)
        let intercepts = try interceptValues(node.required("intercept_"), count: 1)
        let features = try builder.features(lanes)
        return Fitted(
            features: features,
            head: .linear(try LinearHead(classes: nil, link: link, weights: [weights], intercepts: intercepts, features: features)))
    }

    private mutating func linearClassifier(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane], classes: ClassLabels, link: (Int) -> LinearHead.Link
    ) throws(AssayError) -> Fitted {
        let weights = try classWeights(node, classes: classes, lanes)
        let intercepts = try interceptValues(node.required("intercept_"), count: weights.count)
        let features = try builder.features(lanes)
        return Fitted(
            features: features,
            head: .linear(
                try LinearHead(classes: classes, link: link(classes.count), weights: weights, intercepts: intercepts, features: features)))
    }
}
