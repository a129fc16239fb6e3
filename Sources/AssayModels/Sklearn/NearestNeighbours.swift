import AssayTerms

extension SklearnReader {
    /// `KNeighborsClassifier` and `KNeighborsRegressor`; `nil` for another class.
    ///
    /// The rows compared with are those the library compares with: the tree's own where it has one, else `_fit_X`. Against every row the
    /// library may compute distances by products, whose rounding can decide between rows that are nearly as far; by trees they are the same bits.
    mutating func nearestNeighbours(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        let isClassifier = node.className == "sklearn.neighbors._classification.KNeighborsClassifier"
        guard isClassifier || node.className == "sklearn.neighbors._regression.KNeighborsRegressor" else { return nil }
        func unsupported(_ why: String) -> AssayError { AssayError(.unsupported, "\(file.name): \(node.path) \(why)") }
        var answers: NeighboursHead.Answers
        let told = try node.required("_y").array()
        guard told.shape.count == 1 else { throw unsupported("predicts several outputs at once; one is supported") }
        if isClassifier {
            guard let places = told.integers else { throw node.damaged("has classes of rows that are not whole numbers") }
            answers = .classes(try classLabels(node.required("classes_")), places.map { Int(clamping: $0) })
        } else {
            guard let numbers = told.doubles else { throw node.damaged("has answers of rows that are not numbers") }
            answers = .numbers(numbers)
        }
        let byDistance: Bool
        let weights = try node.required("weights")
        switch weights.loader == "JsonNode" ? try weights.scalar() : .boolean(false) {
        case .text("uniform"), .none: byDistance = false
        case .text("distance"): byDistance = true
        default: throw unsupported("has weights by a function, which is not run; 'uniform' and 'distance' are supported")
        }
        let word = try node.required("effective_metric_").text()
        let metric: RowDistance
        let needed: String
        switch word {
        case "euclidean", "l2": (metric, needed) = (.euclidean, "EuclideanDistance64")
        case "manhattan", "l1", "cityblock": (metric, needed) = (.manhattan, "ManhattanDistance64")
        case "chebyshev", "infinity": (metric, needed) = (.chebyshev, "ChebyshevDistance64")
        default: throw unsupported("measures distances by '\(word)', which is not supported; euclidean, manhattan and chebyshev are")
        }
        let method = try node.required("_fit_method").text()
        let data: (values: [Double], shape: [Int])
        var tree: NeighbourTree?
        switch method {
        case "brute": data = try node.required("_fit_X").numbers(axes: 2)
        case "kd_tree", "ball_tree": (data, tree) = try neighbourTree(node.required("_tree"), method, metric: needed)
        default: throw unsupported("finds neighbours by '\(method)', which is not supported")
        }
        try requireWidth(data.shape[1], lanes, node)
        let head = try NeighboursHead(
            rows: data.values, width: data.shape[1], answers: answers, neighbours: node.required("n_neighbors").integer(), metric: metric,
            byDistance: byDistance, tree: tree)
        return Fitted(features: try builder.features(lanes), head: .dense(head))
    }

    /// What a tree is restored from: rows, their order, nodes, bounds.
    ///
    /// - Source: scikit-learn 1.9, `BinaryTree.__getstate__`.
    private func neighbourTree(
        _ node: SkopsNode, _ method: String, metric: String
    ) throws(AssayError) -> ((values: [Double], shape: [Int]), NeighbourTree) {
        let name = method == "kd_tree" ? "sklearn.neighbors._kd_tree.KDTree" : "sklearn.neighbors._ball_tree.BallTree"
        guard node.className == name || node.className == name + "64", let state = node.state else { throw node.damaged("is not a \(name)") }
        let parts = try state.items()
        guard parts.count >= 12, let measured = parts.first(where: { $0.className.hasPrefix("sklearn.metrics._dist_metrics.") }),
            measured.className == "sklearn.metrics._dist_metrics.\(metric)"
        else { throw node.damaged("is a tree of another measure than its estimator's") }
        let data = try parts[0].numbers(axes: 2)
        guard let order = try parts[1].array().integers else { throw node.damaged("has no order of rows") }
        let records = try parts[2].records()
        let path = "\(file.name): \(parts[2].path)"
        let starts = try records.integers("idx_start", of: path)
        let ends = try records.integers("idx_end", of: path)
        let leaves = try records.integers("is_leaf", of: path)
        let nodes = starts.indices.map {
            NeighbourTree.Node(start: Int(clamping: starts[$0]), end: Int(clamping: ends[$0]), isLeaf: leaves[$0] != 0)
        }
        let bounds = try parts[3].numbers(axes: 3)
        let width = data.shape[1]
        let kind: NeighbourTree.Kind
        if method == "kd_tree" {
            guard bounds.shape == [2, nodes.count, width] else { throw node.damaged("has bounds of another shape") }
            kind = .boxes(lower: Array(bounds.values[..<(nodes.count * width)]), upper: Array(bounds.values[(nodes.count * width)...]))
        } else {
            guard bounds.shape == [1, nodes.count, width] else { throw node.damaged("has bounds of another shape") }
            kind = .balls(centres: bounds.values, radii: try records.numbers("radius", of: path))
        }
        let tree = try NeighbourTree(kind: kind, nodes: nodes, order: order.map { Int(clamping: $0) }, rowCount: data.shape[0], width: width)
        return (data, tree)
    }
}
