import AssayTerms
import Glibc

/// Isolation forests, AdaBoost and bagging; of trees they are one ensemble of trees, of other models their answers are joined.
///
/// - Source: scikit-learn 1.9, `IsolationForest._compute_score_samples`, `AdaBoostClassifier.decision_function`, `AdaBoostRegressor._get_median_predict`,
///   `BaggingClassifier.predict_proba` and `BaggingRegressor.predict`.
extension SklearnReader {
    /// `nil` where the class is none of these.
    mutating func treeMixture(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        switch node.className {
        case "sklearn.ensemble._iforest.IsolationForest": return try isolationForest(node, lanes)
        case "sklearn.ensemble._weight_boosting.AdaBoostClassifier": return try adaBoostClassifier(node, lanes)
        case "sklearn.ensemble._weight_boosting.AdaBoostRegressor": return try adaBoostRegressor(node, lanes)
        case "sklearn.ensemble._bagging.BaggingClassifier", "sklearn.ensemble._bagging.BaggingRegressor": return try bagging(node, lanes)
        default: return nil
        }
    }

    private func areTrees(_ models: [SkopsNode]) -> Bool { models.allSatisfy { Self.treeClasses.contains(Text($0.className)) } }

    /// The columns each model was fitted on.
    private func columns(_ node: SkopsNode, models: Int, width: Int) throws(AssayError) -> [[Int]] {
        let lists = try node.required("estimators_features_").items()
        guard lists.count == models else { throw node.damaged("has columns of other models") }
        var result: [[Int]] = []
        for list in lists {
            guard let places = try list.array().integers, places.allSatisfy({ (0..<Int64(width)).contains($0) }) else {
                throw list.damaged("names columns that are not there")
            }
            result.append(places.map { Int($0) })
        }
        return result
    }

    private func moved(_ source: TreeBuilder.Source, _ columns: [Int]) throws(AssayError) -> TreeBuilder.Source {
        guard !source.isLeaf else { return source }
        guard columns.indices.contains(Int(clamping: source.feature)) else {
            throw AssayError(.unreadable, "\(file.name): a tree splits on a column that is not there")
        }
        var source = source
        source.feature = Int64(columns[Int(source.feature)])
        return source
    }

    // MARK: Isolation

    /// A row's score is the sum of what the leaves it comes to count as depth; the fewer, the stranger. -1 is predicted where it is stranger than
    /// the fitted offset, else 1.
    private mutating func isolationForest(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let models = try node.required("estimators_").items()
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        let columns = try columns(node, models: models.count, width: lanes.count)
        let isWhole = try node.required("_max_features").integer() == lanes.count
        let lengths = try node.required("_average_path_length_per_tree").items()
        let depths = try node.required("_decision_path_lengths").items()
        guard !models.isEmpty, lengths.count == models.count, depths.count == models.count else { throw node.damaged("has depths of other trees") }
        var trees = TreeBuilder()
        var acceptsMissing = true
        for (place, model) in models.enumerated() {
            guard Self.treeClasses.contains(Text(model.className)) else { throw Self.unsupported(model, "tree of a forest") }
            let tree = try sklearnTree(model, width: 1, factor: 1)
            acceptsMissing = acceptsMissing && tree.acceptsMissing
            guard let length = try lengths[place].array().doubles, let depth = try depths[place].array().doubles, length.count == tree.nodes.count,
                depth.count == tree.nodes.count
            else { throw node.damaged("has depths of other nodes") }
            var sources: [TreeBuilder.Source] = []
            for (index, source) in tree.nodes.enumerated() {
                sources.append(
                    source.isLeaf
                        ? TreeBuilder.Source(leaf: [depth[index] + length[index] - 1], cover: source.cover)
                        : isWhole ? source : try moved(source, columns[place]))
            }
            try trees.add(sources, score: 0)
        }
        let ensemble = try trees.ensemble(featureCount: lanes.count, base: [0], comparesInFloat: true)
        let expected = Double(models.count) * Self.averagePath(try node.required("_max_samples").integer())
        let head = try TreeHead(
            ensemble: ensemble, outcome: .isolation(TreeHead.Isolation(expected: expected, offset: finiteNumber(node.required("offset_")))),
            acceptsMissing: acceptsMissing)
        return Fitted(features: try builder.features(lanes), head: .trees(head))
    }

    /// How long the way to a row is on average in a tree of so many.
    private static func averagePath(_ count: Int) -> Double {
        if count <= 1 { return 0 }
        if count == 2 { return 1 }
        let rows = Double(count)
        return 2 * (log(rows - 1) + 0.5772156649015329) - 2 * (rows - 1) / rows
    }

    // MARK: AdaBoost

    private mutating func adaBoostClassifier(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        if let algorithm = try node.attribute("algorithm"), try algorithm.scalar() == .text("SAMME.R") {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has algorithm='SAMME.R', which is not supported; fit with SAMME")
        }
        let classes = try classLabels(node.required("classes_"))
        let models = try node.required("estimators_").items()
        let weights = try node.required("estimator_weights_").numbers(axes: 1).values
        guard !models.isEmpty, weights.count >= models.count, weights.allSatisfy(\.isFinite) else { throw node.damaged("has weights of other models") }
        guard areTrees(models) else {
            let other = models.first { !Self.treeClasses.contains(Text($0.className)) }
            throw AssayError(.unsupported, "\(file.name): \(node.path) boosts \(other?.className ?? ""); boosted trees are supported")
        }
        let total = weights.reduce(0, +)
        let count = classes.count
        var trees = TreeBuilder()
        var acceptsMissing = true
        for (model, weight) in zip(models, weights) {
            let known = try classLabels(model.required("classes_")).values
            let tree = try sklearnTree(model, width: known.count, factor: 1)
            acceptsMissing = acceptsMissing && tree.acceptsMissing
            var places: [Int] = []
            for label in known {
                guard let place = classes.values.firstIndex(of: label) else { throw model.damaged("has a class the model above it does not know") }
                places.append(place)
            }
            let sources = tree.nodes.map { source -> TreeBuilder.Source in
                guard source.isLeaf else { return source }
                // A leaf speaks for its first greatest class, against all others.
                let best = source.values.indices.reduce(0) { source.values[$1] > source.values[$0] ? $1 : $0 }
                let said = places[best]
                if count == 2 { return TreeBuilder.Source(leaf: [said == 1 ? 2 * weight : -2 * weight], cover: source.cover) }
                return TreeBuilder.Source(
                    leaf: (0..<count).map { $0 == said ? weight : -1 / Double(count - 1) * weight }, cover: source.cover)
            }
            try trees.add(sources, score: count == 2 ? 0 : -1)
        }
        guard total > 0 else { throw node.damaged("has weights that do not add up to a number above 0") }
        let ensemble = try trees.ensemble(
            featureCount: lanes.count, base: [Double](repeating: 0, count: count == 2 ? 1 : count), comparesInFloat: true)
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        // Of several classes the decisions are divided once more before they become shares.
        let head = try TreeHead(
            ensemble: ensemble, divisor: count == 2 ? total : total * Double(count - 1),
            outcome: count == 2 ? .logistic(classes, factor: 1, tiesGoToSecond: false) : .softmax(classes), acceptsMissing: acceptsMissing)
        return Fitted(features: try builder.features(lanes), head: .trees(head), decides: count == 2)
    }

    private mutating func adaBoostRegressor(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let models = try node.required("estimators_").items()
        let weights = try node.required("estimator_weights_").numbers(axes: 1).values
        guard weights.count >= models.count else { throw node.damaged("has weights of other models") }
        var numbers: [GraphBuilder.Lane] = []
        for model in models {
            let member = try member(model, lanes)
            numbers.append(try number(member))
        }
        let head = try MedianHead(weights: Array(weights.prefix(models.count)))
        return Fitted(features: try builder.features(numbers), head: .dense(head))
    }

    // MARK: Bagging

    private mutating func bagging(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let classes = node.className.hasSuffix("Classifier") ? try classLabels(node.required("classes_")) : nil
        let models = try node.required("estimators_").items()
        guard !models.isEmpty else { throw node.damaged("has no models") }
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        let columns = try columns(node, models: models.count, width: lanes.count)
        if areTrees(models) { return try baggedTrees(node, lanes, classes, models, columns) }
        var said: [GraphBuilder.Lane] = []
        var members: [SharesHead.Member] = []
        for (model, own) in zip(models, columns) {
            let member = try member(model, own.map { lanes[$0] })
            guard let classes else {
                said.append(try number(member))
                continue
            }
            let codes = try codes(member, below: classes.count)
            if member.head.givesProbabilities {
                said += try probabilities(member)
            } else {
                // A vote is a share of one.
                let vote = try builder.add(output(member, .predictedClass))
                for place in codes.indices {
                    said.append(try builder.lane(.flag(Graph.Source(base: .step(vote)), equals: .integer(Int64(place)))))
                }
            }
            members.append(.init(classes: codes, weight: 1))
        }
        guard let classes else { return try mean(said, weights: said.map { _ in 1 }) }
        let head = try SharesHead(labels: classes, members: members, isCalibrated: false)
        return Fitted(features: try builder.features(said), head: .dense(head), decides: false)
    }

    private mutating func baggedTrees(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane], _ classes: ClassLabels?, _ models: [SkopsNode], _ columns: [[Int]]
    ) throws(AssayError) -> Fitted {
        var trees = TreeBuilder()
        var acceptsMissing = true
        for (model, own) in zip(models, columns) {
            var places = [0]
            if let classes {
                guard case .integers(let labels) = try classLabels(model.required("classes_")),
                    labels.allSatisfy({ (0..<Int64(classes.count)).contains($0) })
                else { throw model.damaged("has other classes than the model above it") }
                places = labels.map { Int($0) }
            }
            let tree = try sklearnTree(model, width: places.count, factor: 1)
            acceptsMissing = acceptsMissing && tree.acceptsMissing
            var sources: [TreeBuilder.Source] = []
            for source in tree.nodes {
                var moved = try moved(source, own)
                if moved.isLeaf, let classes {
                    var all = [Double](repeating: 0, count: classes.count)
                    for (place, value) in zip(places, source.values) { all[place] = value }
                    moved.values = all
                }
                sources.append(moved)
            }
            try trees.add(sources, score: classes == nil ? 0 : -1)
        }
        let ensemble = try trees.ensemble(
            featureCount: lanes.count, base: [Double](repeating: 0, count: classes?.count ?? 1), comparesInFloat: true)
        let head = try TreeHead(
            ensemble: ensemble, divisor: Double(models.count), outcome: classes.map { .shares($0) } ?? .number(isExponential: false),
            acceptsMissing: acceptsMissing)
        return Fitted(features: try builder.features(lanes), head: .trees(head))
    }
}
