import AssayTerms

/// Gradient boosting by histograms: raw values against thresholds in double precision, missing values and categories at every node.
extension SklearnReader {
    static let histClasses: Set<Text> = [
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier",
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor",
    ]

    mutating func histGradientBoosting(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let isClassifier = node.className.hasSuffix("Classifier")
        let classes = isClassifier ? try classLabels(node.required("classes_")) : nil
        let scores = classes.map { $0.count == 2 ? 1 : $0.count } ?? 1
        var lanes = lanes
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        if let preprocessor = try node.attribute("_preprocessor"), try !preprocessor.isNone {
            lanes = try transform(preprocessor, lanes)
        }
        let known = try knownCategories(node)
        let base = try node.required("_baseline_prediction").array()
        guard let baseValues = base.doubles, baseValues.count == scores else { throw node.damaged("has not one first guess a score") }
        var trees = TreeBuilder()
        for round in try node.required("_predictors").items() {
            let members = try round.items()
            guard members.count == scores else { throw round.damaged("has \(members.count) trees for \(scores) scores") }
            for (score, member) in members.enumerated() { try trees.add(histTree(member, known), score: score) }
        }
        let ensemble = try trees.ensemble(featureCount: lanes.count, base: baseValues, comparesInFloat: false)
        let outcome: TreeHead.Outcome
        if let classes {
            outcome = scores == 1 ? .logistic(classes, factor: 1, tiesGoToSecond: false) : .softmax(classes)
        } else {
            let loss = try node.required("loss").text()
            switch loss {
            case "squared_error", "absolute_error", "quantile", "least_squares", "least_absolute_deviation":
                outcome = .number(isExponential: false)
            case "poisson", "gamma": outcome = .number(isExponential: true)
            default: throw AssayError(.unsupported, "\(file.name): \(node.path) has the loss '\(loss)', which is not supported")
            }
        }
        return Fitted(
            features: try builder.features(lanes), head: .trees(try TreeHead(ensemble: ensemble, outcome: outcome, acceptsMissing: true)))
    }

    /// For each feature with categories those that were seen, which bins are made of; `nil` for the others.
    private func knownCategories(_ node: SkopsNode) throws(AssayError) -> [[Double]?] {
        let mapper = try node.required("_bin_mapper")
        let isCategorical = try mapper.required("is_categorical_").scalars()
        let thresholds = try mapper.required("bin_thresholds_").items()
        guard isCategorical.count == thresholds.count else { throw mapper.damaged("has bins for other features") }
        var known: [[Double]?] = []
        for (flag, bins) in zip(isCategorical, thresholds) {
            let isSet = flag == .integer(1) || flag == .boolean(true)
            known.append(isSet ? try bins.numbers(axes: 1).values : nil)
        }
        return known
    }

    private func histTree(_ node: SkopsNode, _ known: [[Double]?]) throws(AssayError) -> [TreeBuilder.Source] {
        guard node.className == "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor" else {
            throw Self.unsupported(node, "tree of gradient boosting")
        }
        let nodes = try node.required("nodes")
        let records = try nodes.records()
        let name = "\(file.name): \(nodes.path)"
        let isLeaf = try records.integers("is_leaf", of: name)
        let value = try records.numbers("value", of: name)
        let count = try records.integers("count", of: name)
        let feature = try records.integers("feature_idx", of: name)
        let threshold = try records.numbers("num_threshold", of: name)
        let missing = try records.integers("missing_go_to_left", of: name)
        let left = try records.integers("left", of: name)
        let right = try records.integers("right", of: name)
        let categorical = records.has("is_categorical") ? try records.integers("is_categorical", of: name) : nil
        let sets = categorical == nil ? nil : try records.integers("bitset_idx", of: name)
        let bits = try node.attribute("raw_left_cat_bitsets")?.array()
        return try (0..<records.count).map { (place) throws(AssayError) -> TreeBuilder.Source in
            if isLeaf[place] != 0 { return TreeBuilder.Source(leaf: [value[place]], cover: Double(count[place])) }
            var categories: TreeEnsemble.Categories?
            if let categorical, categorical[place] != 0 {
                guard let sets, let words = bits?.integers, bits?.shape.count == 2, bits?.shape[1] == 8, sets[place] >= 0,
                    sets[place] < Int64(words.count / 8), known.indices.contains(Int(clamping: feature[place])),
                    let seen = known[Int(clamping: feature[place])]
                else { throw node.damaged("has a split on categories that are not there") }
                categories = Self.categories(
                    Array(words[(Int(sets[place]) * 8)..<(Int(sets[place]) * 8 + 8)]), seen: seen, missingGoesLeft: missing[place] != 0)
            }
            return TreeBuilder.Source(
                feature: feature[place], left: left[place], right: right[place], threshold: threshold[place],
                missingGoesLeft: missing[place] != 0, cover: Double(count[place]), categories: categories)
        }
    }

    /// A category that was not seen when fitting goes where a missing value goes.
    private static func categories(_ words: [Int64], seen: [Double], missingGoesLeft: Bool) -> TreeEnsemble.Categories {
        let left = (0..<4).map { UInt64(truncatingIfNeeded: words[2 * $0]) | UInt64(truncatingIfNeeded: words[2 * $0 + 1]) << 32 }
        var known = [UInt64](repeating: 0, count: 4)
        for value in seen where value >= 0 && value < 256 { known[Int(value) >> 6] |= 1 << UInt64(Int(value) & 63) }
        return TreeEnsemble.Categories(
            words: (0..<4).map { (left[$0] & known[$0]) | (missingGoesLeft ? ~known[$0] : 0) }, otherGoesLeft: missingGoesLeft)
    }
}
