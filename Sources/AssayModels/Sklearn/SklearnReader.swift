package import AssayTerms

/// Reads fitted scikit-learn estimators from skops files into the form we score.
///
/// Understood is what docs/models.md lists, alone or at the end of pipelines; any other class is refused by name. A model that is made of others
/// has their answers as steps of the graph (``Graph/Model``). Arithmetic is in double precision; a model fitted on 32-bit floats is scored
/// by scikit-learn in 32 bits and differs by that rounding.
package struct SklearnReader {
    /// What was read.
    package struct Result: Sendable {
        package let graph: Graph
        package let head: Head
        /// The lanes' centre as fitted scalers remember it: input column → mean. See ``StandardScaler``.
        package let scalerMeans: [Int: Double]
        /// Whether the estimator itself remembers the names of its columns.
        package let namesAreFitted: Bool
    }

    static let supported =
        "LogisticRegression and the other linear models, decision trees, forests and boosting, small networks, neighbours, naive Bayes, voting, "
        + "stacking, calibration and thresholds over these, and what prepares columns in pipelines; docs/models.md lists all by name"

    /// A predictor over the graph's features.
    struct Fitted {
        let features: [Graph.Feature]
        let head: Head
        /// Whether its scores are what the library's `decision_function` answers.
        let decides: Bool

        init(features: [Graph.Feature], head: Head, decides: Bool? = nil) {
            self.features = features
            self.head = head
            self.decides = decides ?? head.givesDecisions
        }
    }

    let file: SkopsFile
    var builder: GraphBuilder
    var scalerMeans: [Int: Double] = [:]

    /// Reads the file's root estimator. `names` are the input columns' names in order where the estimator remembers
    /// none, as the signature says; without either they are `x0`, `x1`, ….
    package static func read(_ file: SkopsFile, names: [Text]?) throws(AssayError) -> Result {
        let root = file.rootNode
        guard root.loader == "ObjectNode" else { throw unsupported(root, "predictor") }
        let known = try fittedNames(root)
        let width = try featureCount(root)
        let inputs: [Text]
        if let known {
            guard width == nil || width == known.count else {
                throw root.damaged("remembers another number of names than of columns")
            }
            inputs = known
        } else {
            guard let width else { throw root.damaged("does not say how many columns it was fitted on") }
            guard (1...GraphBuilder.laneLimit).contains(width) else {
                throw root.damaged("was fitted on \(width) columns")
            }
            if let names, names.count == width {
                inputs = names
            } else if isLightGBM(root), let own = try lightGBMNames(root), own.count == width {
                inputs = own
            } else {
                inputs = (0..<width).map { Text("x\($0)") }
            }
        }
        guard Set(inputs).count == inputs.count else { throw root.damaged("was fitted on two columns of one name") }
        var reader = SklearnReader(file: file, builder: GraphBuilder(inputs: inputs))
        let fitted = try reader.predictor(root, reader.builder.inputLanes)
        return Result(graph: reader.builder.graph(features: fitted.features), head: fitted.head, scalerMeans: reader.scalerMeans, namesAreFitted: known != nil)
    }

    // MARK: What the estimator remembers of its input

    /// Where an estimator keeps the one that was fitted on the same columns.
    private static let delegates = [
        "best_estimator_", "estimator_", "regressor_", "estimators_", "calibrated_classifiers_", "transformer_list", "estimator",
    ]

    /// A pipeline delegates to its first real step, and what wraps another estimator to that, as scikit-learn does.
    private static func first(_ node: SkopsNode, depth: Int = 0, _ name: String) throws(AssayError) -> SkopsNode? {
        guard node.loader == "ObjectNode", depth < 64 else { return nil }
        if node.className == "sklearn.pipeline.Pipeline" {
            for step in try steps(node) where try !isPassthrough(step) {
                return try first(step, depth: depth + 1, name)
            }
            return nil
        }
        if let own = try node.attribute(name) { return own }
        if isLightGBM(node) { return name == "n_features_in_" ? try node.attribute("_n_features_in") : nil }
        for delegate in delegates {
            guard var inner = try node.attribute(delegate), try !inner.isNone else { continue }
            if inner.loader == "ListNode" {
                // Of a union the first transformer that is one, under its name.
                let items = try inner.items()
                guard let item = items.first else { continue }
                inner = item.loader == "TupleNode" ? try item.items().last ?? item : item
            }
            if let found = try first(inner, depth: depth + 1, name) { return found }
        }
        return nil
    }

    private static func fittedNames(_ root: SkopsNode) throws(AssayError) -> [Text]? {
        guard let node = try first(root, "feature_names_in_") else { return nil }
        var names: [Text] = []
        for scalar in try node.scalars() {
            guard case .text(let name) = scalar else { throw node.damaged("holds a name that is not text") }
            names.append(name)
        }
        return names
    }

    private static func featureCount(_ root: SkopsNode) throws(AssayError) -> Int? {
        try first(root, "n_features_in_")?.integer()
    }

    // MARK: Pipelines

    /// The estimators of a pipeline, without their names.
    static func steps(_ node: SkopsNode) throws(AssayError) -> [SkopsNode] {
        var steps: [SkopsNode] = []
        for step in try node.required("steps").items() {
            let pair = try step.items()
            guard pair.count == 2 else { throw step.damaged("is not a name and an estimator") }
            steps.append(pair[1])
        }
        guard !steps.isEmpty else { throw node.damaged("is a pipeline without steps") }
        return steps
    }

    /// Whether an earlier version wrote the object; of one that does not say, no.
    func isBefore(_ node: SkopsNode, _ major: Int, _ minor: Int) throws(AssayError) -> Bool {
        let version = try node.attribute("_sklearn_version")?.text() ?? ""
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        return parts.count == 2 && parts.lexicographicallyPrecedes([major, minor])
    }

    static func isPassthrough(_ node: SkopsNode) throws(AssayError) -> Bool {
        guard node.loader == "JsonNode" else { return false }
        let scalar = try node.scalar()
        return scalar == .none || scalar == .text("passthrough")
    }

    mutating func predictor(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        switch node.className {
        case "sklearn.pipeline.Pipeline":
            let steps = try Self.steps(node)
            var lanes = lanes
            for step in steps.dropLast() { lanes = try transform(step, lanes) }
            return try predictor(steps[steps.count - 1], lanes)
        case "sklearn.linear_model._logistic.LogisticRegression", "sklearn.linear_model._logistic.LogisticRegressionCV":
            return try logisticRegression(node, lanes)
        case "sklearn.ensemble._gb.GradientBoostingClassifier", "sklearn.ensemble._gb.GradientBoostingRegressor":
            return try gradientBoosting(node, lanes)
        case let name where Self.treeClasses.contains(Text(name)) || Self.forestClasses.contains(Text(name)):
            return try forest(node, lanes)
        case let name where Self.histClasses.contains(Text(name)):
            return try histGradientBoosting(node, lanes)
        default:
            if let fitted = try linearModel(node, lanes) { return fitted }
            if let fitted = try treeMixture(node, lanes) { return fitted }
            if let fitted = try ensemble(node, lanes) { return fitted }
            if let fitted = try naiveBayes(node, lanes) { return fitted }
            if let fitted = try network(node, lanes) { return fitted }
            if let fitted = try nearestNeighbours(node, lanes) { return fitted }
            if let fitted = try supportVectors(node, lanes) { return fitted }
            if let fitted = try lightGBM(node, lanes) { return fitted }
            throw Self.unsupported(node, "predictor")
        }
    }

    // MARK: Transformers

    mutating func transform(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> [GraphBuilder.Lane] {
        if try Self.isPassthrough(node) { return lanes }
        let result: [GraphBuilder.Lane]
        switch node.className {
        case "sklearn.pipeline.Pipeline":
            var stepped = lanes
            for step in try Self.steps(node) { stepped = try transform(step, stepped) }
            result = stepped
        case "sklearn.compose._column_transformer.ColumnTransformer":
            result = try columnTransformer(node, lanes)
        case "sklearn.preprocessing._data.StandardScaler":
            result = try standardScaler(node, lanes)
        case "sklearn.impute._base.SimpleImputer":
            result = try simpleImputer(node, lanes)
        case "sklearn.preprocessing._encoders.OneHotEncoder":
            result = try oneHotEncoder(node, lanes)
        default:
            guard let lanes = try preparation(node, lanes) else { throw Self.unsupported(node, "transformer") }
            result = lanes
        }
        guard result.count <= GraphBuilder.laneLimit else {
            throw AssayError(.limitExceeded, "\(file.name): \(node.path) makes more than \(GraphBuilder.laneLimit) columns")
        }
        return result
    }

    func requireWidth(_ count: Int, _ lanes: [GraphBuilder.Lane], _ node: SkopsNode) throws(AssayError) {
        guard count == lanes.count else {
            throw node.damaged("was fitted on \(count) columns and is given \(lanes.count)")
        }
    }

    static func unsupported(_ node: SkopsNode, _ role: String) -> AssayError {
        let what = node.loader == "ObjectNode" ? node.className : "a \(node.loader)"
        return AssayError(
            .unsupported,
            "\(node.file.name): \(node.path) is \(what), which is not supported as a \(role); supported: \(Self.supported)")
    }
}
