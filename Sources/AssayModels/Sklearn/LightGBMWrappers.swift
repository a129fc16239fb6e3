import AssayTerms

/// LightGBM's estimators in scikit-learn's manner, alone or in pipelines: what they hold is the booster's text.
///
/// - Source: LightGBM 4.7, `sklearn.py`, `LGBMModel.predict`, `LGBMClassifier.predict_proba`; `basic.py`, `Booster.__getstate__` and `predict`.
extension SklearnReader {
    private static let wrappers: Set<Text> = ["lightgbm.sklearn.LGBMClassifier", "lightgbm.sklearn.LGBMRegressor", "lightgbm.sklearn.LGBMRanker"]

    static func isLightGBM(_ node: SkopsNode) -> Bool { wrappers.contains(Text(node.className)) }

    /// `nil` for another class.
    mutating func lightGBM(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        guard Self.isLightGBM(node) else { return nil }
        // What was given beside the wrapper's own settings is handed to predicting too.
        if let further = try node.attribute("_other_params") {
            for name in try further.memberNames() where !SkopsLightGBMClasses.settings.contains(Text(name)) {
                throw AssayError(.unsupported, "\(file.name): \(node.path) was given '\(name)', which could change what it predicts and is not supported")
            }
        }
        guard case .text = try node.required("_objective").scalar() else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has an objective by a function, which is not run")
        }
        let booster = try node.required("_Booster")
        guard booster.className == "lightgbm.basic.Booster", case .text(let text) = try booster.required("_handle").scalar() else {
            throw booster.damaged("is not a fitted booster")
        }
        var labels: ClassLabels?
        if node.className.hasSuffix("Classifier") {
            let own = try classLabels(node.required("_classes"))
            guard try classLabels(node.required("_le").required("classes_")) == own else { throw node.damaged("has other classes than its encoder") }
            labels = own
        }
        if let categories = try booster.attribute("pandas_categorical"), try !categories.isNone, try !categories.items().isEmpty {
            throw AssayError(
                .unsupported,
                "\(file.name): \(booster.path) remembers a data frame's categories, which are read of a Booster alone; save its booster_, or encode "
                    + "categories in a pipeline")
        }
        let best = try booster.required("best_iteration").integer()
        let head = try LightGBMReader.head(
            Array(text.string.utf8), name: "\(file.name): \(booster.path)", width: lanes.count, labels: labels, rounds: best > 0 ? best : nil)
        // An infinite number is a value to it.
        let taken = lanes.map { lane -> GraphBuilder.Lane in
            guard case .source(var source) = lane, case .input = source.base, source.treatments.isEmpty else { return lane }
            source.treatments.append(.takeInfinite)
            return .source(source)
        }
        return Fitted(features: try builder.features(taken), head: .trees(head), decides: false)
    }

    /// The columns' names in the booster's text; `nil` where it has its own for all.
    static func lightGBMNames(_ node: SkopsNode) throws(AssayError) -> [Text]? {
        guard let booster = try node.attribute("_Booster"), case .text(let text)? = try booster.attribute("_handle")?.scalar() else { return nil }
        let names = try LightGBMText(Array(text.string.utf8), name: "\(node.file.name): \(booster.path)").head.words("feature_names") ?? []
        return names.enumerated().contains { $0.element != Text("Column_\($0.offset)") } ? names : nil
    }
}
