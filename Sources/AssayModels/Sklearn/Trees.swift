import AssayTerms
import Glibc

/// Decision trees, forests and both kinds of gradient boosting.
///
/// - Source: scikit-learn 1.9, `sklearn/tree/_tree.pyx` (`_apply_dense`), `ensemble/_forest.py`, `ensemble/_gb.py`, `ensemble/_gradient_boosting.pyx`,
///   `ensemble/_hist_gradient_boosting/_predictor.pyx`.
extension SklearnReader {
    static let treeClasses: Set<Text> = [
        "sklearn.tree._classes.DecisionTreeClassifier", "sklearn.tree._classes.DecisionTreeRegressor",
        "sklearn.tree._classes.ExtraTreeClassifier", "sklearn.tree._classes.ExtraTreeRegressor",
    ]

    static let forestClasses: Set<Text> = [
        "sklearn.ensemble._forest.RandomForestClassifier", "sklearn.ensemble._forest.RandomForestRegressor",
        "sklearn.ensemble._forest.ExtraTreesClassifier", "sklearn.ensemble._forest.ExtraTreesRegressor",
    ]

    /// A single tree, or the mean of several.
    mutating func forest(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let isClassifier = node.className.hasSuffix("Classifier")
        let classes = isClassifier ? try classLabels(node.required("classes_")) : nil
        let members = Self.treeClasses.contains(Text(node.className)) ? [node] : try node.required("estimators_").items()
        guard !members.isEmpty else { throw node.damaged("is a forest without trees") }
        var trees = TreeBuilder()
        var acceptsMissing = true
        for member in members {
            guard Self.treeClasses.contains(Text(member.className)) else { throw Self.unsupported(member, "tree of a forest") }
            let tree = try sklearnTree(member, width: classes?.count ?? 1, factor: 1)
            acceptsMissing = acceptsMissing && tree.acceptsMissing
            try trees.add(tree.nodes, score: isClassifier ? -1 : 0)
        }
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        let ensemble = try trees.ensemble(
            featureCount: lanes.count, base: [Double](repeating: 0, count: classes?.count ?? 1), comparesInFloat: true)
        let head = try TreeHead(
            ensemble: ensemble, divisor: members.count == 1 && Self.treeClasses.contains(Text(node.className)) ? 1 : Double(members.count),
            outcome: classes.map { .shares($0) } ?? .number(isExponential: false), acceptsMissing: acceptsMissing)
        return Fitted(features: try builder.features(lanes), head: .trees(head))
    }

    /// `base + Σ learning_rate · tree`.
    mutating func gradientBoosting(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let isClassifier = node.className.hasSuffix("Classifier")
        let classes = isClassifier ? try classLabels(node.required("classes_")) : nil
        let scores = classes.map { $0.count == 2 ? 1 : $0.count } ?? 1
        guard let rate = try cell(node.required("learning_rate").scalar(), node).double, rate.isFinite else {
            throw node.damaged("has no learning rate")
        }
        let loss = try node.required("loss").text()
        var trees = TreeBuilder()
        for round in try node.required("estimators_").rows() {
            guard round.count == scores else { throw node.damaged("has \(round.count) trees a round for \(scores) scores") }
            for (score, member) in round.enumerated() {
                guard Self.treeClasses.contains(Text(member.className)) else { throw Self.unsupported(member, "tree of gradient boosting") }
                try trees.add(sklearnTree(member, width: 1, factor: rate).nodes, score: score)
            }
        }
        let base = try boostingBase(node, loss: loss, classes: classes, scores: scores)
        let ensemble = try trees.ensemble(featureCount: lanes.count, base: base, comparesInFloat: true)
        let outcome: TreeHead.Outcome =
            if let classes {
                scores == 1
                    ? .logistic(classes, factor: loss == "exponential" ? 2 : 1, tiesGoToSecond: true) : .softmax(classes)
            } else { .number(isExponential: false) }
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        return Fitted(
            features: try builder.features(lanes), head: .trees(try TreeHead(ensemble: ensemble, outcome: outcome, acceptsMissing: false)))
    }

    /// What the first guess is, in the loss's space.
    private func boostingBase(
        _ node: SkopsNode, loss: String, classes: ClassLabels?, scores: Int
    ) throws(AssayError) -> [Double] {
        let first = try node.required("init_")
        if first.loader == "JsonNode", try first.scalar() == .text("zero") { return [Double](repeating: 0, count: scores) }
        switch first.className {
        case "sklearn.dummy.DummyRegressor":
            let array = try first.required("constant_").array()
            guard let value = array.doubles?.first, array.count == 1 else { throw first.damaged("has not one constant") }
            return [value]
        case "sklearn.dummy.DummyClassifier":
            guard try first.required("strategy").text() == "prior", let classes else { throw Self.unsupported(first, "first guess") }
            let priors = try first.required("class_prior_").numbers(axes: 1).values
            guard priors.count == classes.count else { throw first.damaged("has priors for other classes") }
            // Up to 1.5 clipped by the resolution of 32 bits; no prior of a class that was seen is so near to 0 or 1.
            let clipped = priors.map { min(max($0, Double.ulpOfOne), 1 - Double.ulpOfOne) }
            if scores == 1 { return [(loss == "exponential" ? 0.5 : 1) * Self.logit(clipped[1])] }
            let logs = clipped.map { log($0) }
            let mean = logs.reduce(0, +) / Double(logs.count)
            return logs.map { $0 - mean }
        default: throw Self.unsupported(first, "first guess")
        }
    }

    /// As SciPy computes it, whose bits the base has.
    private static func logit(_ p: Double) -> Double {
        // Around one half the quotient loses what the logarithm then asks for.
        if p < 0.3 || p > 0.65 { return log(p / (1 - p)) }
        let s = 2 * (p - 0.5)
        return log1p(s) - log1p(-s)
    }

    /// The arrays of one `Tree`.
    func sklearnTree(
        _ node: SkopsNode, width: Int, factor: Double
    ) throws(AssayError) -> (nodes: [TreeBuilder.Source], acceptsMissing: Bool) {
        let tree = try node.required("tree_")
        guard tree.loader == "TreeNode", tree.className == "sklearn.tree._tree.Tree", let nodes = try tree.treeMember("nodes"),
            let values = try tree.treeMember("values")
        else { throw tree.damaged("is not a fitted tree") }
        let records = try nodes.records()
        let array = try values.array()
        guard array.shape.count == 3, array.shape[0] == records.count, let numbers = array.doubles else {
            throw values.damaged("has another shape than its tree")
        }
        guard array.shape[1] == 1 else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) predicts \(array.shape[1]) outputs at once; one is supported")
        }
        guard array.shape[2] == width else { throw values.damaged("has \(array.shape[2]) values a leaf where \(width) are needed") }
        let name = "\(file.name): \(nodes.path)"
        let left = try records.integers("left_child", of: name)
        let right = try records.integers("right_child", of: name)
        let feature = try records.integers("feature", of: name)
        let threshold = try records.numbers("threshold", of: name)
        let cover = try records.numbers("weighted_n_node_samples", of: name)
        let missing = records.has("missing_go_to_left") ? try records.integers("missing_go_to_left", of: name) : nil
        // Before 1.3 leaves held counts, and a tree divided them when asked.
        let isCounts = node.className.hasSuffix("Classifier") && missing == nil
        var sources: [TreeBuilder.Source] = []
        sources.reserveCapacity(records.count)
        for place in 0..<records.count {
            guard left[place] < 0 else {
                sources.append(
                    TreeBuilder.Source(
                        feature: feature[place], left: left[place], right: right[place], threshold: threshold[place],
                        missingGoesLeft: missing?[place] == 1, cover: cover[place]))
                continue
            }
            var leaf = Array(numbers[(place * width)..<((place + 1) * width)])
            if isCounts {
                let sum = leaf.reduce(0, +)
                leaf = leaf.map { $0 / (sum == 0 ? 1 : sum) }
            }
            sources.append(TreeBuilder.Source(leaf: factor == 1 ? leaf : leaf.map { factor * $0 }, cover: cover[place]))
        }
        return (sources, missing != nil)
    }
}
