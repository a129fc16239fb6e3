package import AssayTerms

/// Reads fitted scikit-learn classifiers from skops files into the form we score.
///
/// Understood: `LogisticRegression` and `LogisticRegressionCV`, alone or at the end of a `Pipeline` of
/// `ColumnTransformer`, `StandardScaler`, `SimpleImputer`, `OneHotEncoder`, nested pipelines and `passthrough`.
/// Any other class is refused by name. Arithmetic is in double precision; a model fitted on 32-bit floats is scored
/// by scikit-learn in 32 bits and differs by that rounding.
package struct SklearnReader {
    /// What was read.
    package struct Result: Sendable {
        package let graph: Graph
        package let head: LinearHead
        /// The lanes' centre as fitted scalers remember it: input column → mean. See ``StandardScaler``.
        package let scalerMeans: [Int: Double]
        /// Whether the estimator itself remembers the names of its columns.
        package let namesAreFitted: Bool
    }

    static let supported =
        "LogisticRegression, LogisticRegressionCV, Pipeline, ColumnTransformer, StandardScaler, SimpleImputer and "
        + "OneHotEncoder"

    let file: SkopsFile
    var builder: GraphBuilder
    var scalerMeans: [Int: Double] = [:]

    /// Reads the file's root estimator. `names` are the input columns' names in order where the estimator remembers
    /// none, as the signature says; without either they are `x0`, `x1`, ….
    package static func read(_ file: SkopsFile, names: [Text]?) throws(AssayError) -> Result {
        let root = file.rootNode
        guard root.loader == "ObjectNode" else { throw unsupported(root, "classifier") }
        let fitted = try fittedNames(root)
        let width = try featureCount(root)
        let inputs: [Text]
        if let fitted {
            guard width == nil || width == fitted.count else {
                throw root.damaged("remembers another number of names than of columns")
            }
            inputs = fitted
        } else {
            guard let width else { throw root.damaged("does not say how many columns it was fitted on") }
            guard (1...GraphBuilder.laneLimit).contains(width) else {
                throw root.damaged("was fitted on \(width) columns")
            }
            if let names, names.count == width {
                inputs = names
            } else {
                inputs = (0..<width).map { Text("x\($0)") }
            }
        }
        guard Set(inputs).count == inputs.count else { throw root.damaged("was fitted on two columns of one name") }
        var reader = SklearnReader(file: file, builder: GraphBuilder(inputs: inputs))
        let (graph, head) = try reader.classifier(root, reader.builder.inputLanes)
        return Result(graph: graph, head: head, scalerMeans: reader.scalerMeans, namesAreFitted: fitted != nil)
    }

    // MARK: What the estimator remembers of its input

    /// A pipeline delegates to its first real step, as scikit-learn does.
    private static func first(
        _ node: SkopsNode, depth: Int = 0, _ name: String
    ) throws(AssayError) -> SkopsNode? {
        guard node.loader == "ObjectNode" else { return nil }
        if node.className == "sklearn.pipeline.Pipeline" {
            for step in try steps(node) where try !isPassthrough(step) {
                return try first(step, depth: depth + 1, name)
            }
            return nil
        }
        return try node.attribute(name)
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
    private static func steps(_ node: SkopsNode) throws(AssayError) -> [SkopsNode] {
        var steps: [SkopsNode] = []
        for step in try node.required("steps").items() {
            let pair = try step.items()
            guard pair.count == 2 else { throw step.damaged("is not a name and an estimator") }
            steps.append(pair[1])
        }
        guard !steps.isEmpty else { throw node.damaged("is a pipeline without steps") }
        return steps
    }

    static func isPassthrough(_ node: SkopsNode) throws(AssayError) -> Bool {
        guard node.loader == "JsonNode" else { return false }
        let scalar = try node.scalar()
        return scalar == .none || scalar == .text("passthrough")
    }

    private mutating func classifier(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> (Graph, LinearHead) {
        switch node.className {
        case "sklearn.pipeline.Pipeline":
            let steps = try Self.steps(node)
            var lanes = lanes
            for step in steps.dropLast() { lanes = try transform(step, lanes) }
            return try classifier(steps[steps.count - 1], lanes)
        case "sklearn.linear_model._logistic.LogisticRegression",
            "sklearn.linear_model._logistic.LogisticRegressionCV":
            return try logisticRegression(node, lanes)
        default:
            throw Self.unsupported(node, "classifier")
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
        case "sklearn.preprocessing._function_transformer.FunctionTransformer":
            guard try node.required("func").isNone else {
                throw AssayError(
                    .unsupported,
                    "\(file.name): \(node.path) is a FunctionTransformer with a function; only the identity is supported")
            }
            result = lanes
        default:
            throw Self.unsupported(node, "transformer")
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

    private static func unsupported(_ node: SkopsNode, _ role: String) -> AssayError {
        let what = node.loader == "ObjectNode" ? node.className : "a \(node.loader)"
        return AssayError(
            .unsupported,
            "\(node.file.name): \(node.path) is \(what), which is not supported as a \(role); supported: \(Self.supported)")
    }
}
