import AssayTerms

/// Transformers whose columns are made from several.
extension SklearnReader {
    /// Weights of weighted sums; a file may not ask for more.
    private static let weightLimit = 50_000_000

    /// `components_ · x − components_ · mean_`, divided by deviations where whitened.
    ///
    /// Source: scikit-learn 1.9, `_BasePCA._transform` and `TruncatedSVD.transform`.
    mutating func components(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let matrix = try node.required("components_").numbers(axes: 2)
        try requireWidth(matrix.shape[1], lanes, node)
        guard matrix.values.count <= Self.weightLimit else {
            throw AssayError(.limitExceeded, "\(file.name): \(node.path) has more than \(Self.weightLimit) weights")
        }
        let isPrincipal = node.className.hasSuffix(".PCA")
        let means = isPrincipal ? try perColumn(node, "mean_", lanes) : nil
        var deviations: [Double]?
        if isPrincipal, try node.required("whiten").boolean() {
            let variances = try node.required("explained_variance_").numbers(axes: 1).values
            guard variances.count == matrix.shape[0] else { throw node.damaged("has variances of other components") }
            deviations = variances.map { max($0.squareRoot(), Double.ulpOfOne) }
        }
        var steps: [Int] = []
        for lane in lanes { steps.append(try builder.whole(lane)) }
        var result: [GraphBuilder.Lane] = []
        for component in 0..<matrix.shape[0] {
            let weights = Array(matrix.values[(component * lanes.count)..<((component + 1) * lanes.count)])
            guard weights.allSatisfy(\.isFinite), means?.allSatisfy(\.isFinite) ?? true else {
                throw node.damaged("has a weight that is not a finite number")
            }
            var centre = 0.0
            if let means { for (weight, mean) in zip(weights, means) { centre += weight * mean } }
            let lane = try builder.lane(.combined(steps, weights: weights, constant: -centre))
            result.append(try deviations.map { (all) throws(AssayError) in try builder.scaled(lane, divisor: all[component]) } ?? lane)
        }
        return result
    }

    /// Each row divided by its length.
    ///
    /// Source: scikit-learn 1.9, `normalize`.
    mutating func normalizer(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let norm: Graph.Norm
        switch try node.required("norm").text() {
        case "l1": norm = .l1
        case "l2": norm = .l2
        case "max": norm = .max
        case let word: throw AssayError(.unsupported, "\(file.name): \(node.path) has norm='\(word)', which is not supported")
        }
        var steps: [Int] = []
        for lane in lanes { steps.append(try builder.whole(lane)) }
        let length = try builder.add(.norm(steps, norm))
        var result: [GraphBuilder.Lane] = []
        for step in steps { result.append(try builder.lane(.quotient(step, length))) }
        return result
    }

    /// Products of columns in the order of combinations; each is a shorter product times one more column, as the library multiplies.
    ///
    /// Source: scikit-learn 1.9, `PolynomialFeatures.transform`.
    mutating func polynomialFeatures(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let lowest = try node.required("_min_degree").integer()
        let highest = try node.required("_max_degree").integer()
        let isInteraction = try node.required("interaction_only").boolean()
        guard lowest >= 0, highest >= lowest, highest <= 64 else { throw node.damaged("has degrees from \(lowest) to \(highest)") }
        var result: [GraphBuilder.Lane] = []
        if try node.required("include_bias").boolean() { result.append(try builder.lane(.constant(1))) }
        var columns: [Int] = []
        for lane in lanes { columns.append(try builder.whole(lane)) }
        // By first column, the products of one degree.
        var last = columns.map { [$0] }
        if highest >= 1, lowest <= 1 { result += columns.map { .source(Graph.Source(base: .step($0))) } }
        for degree in stride(from: 2, through: highest, by: 1) {
            var next: [[Int]] = []
            for (place, column) in columns.enumerated() {
                var own: [Int] = []
                for others in last[(isInteraction ? place + 1 : place)...] {
                    for product in others { own.append(try builder.add(.product([product, column]))) }
                }
                next.append(own)
            }
            last = next
            if degree >= lowest { for step in last.joined() { result.append(.source(Graph.Source(base: .step(step)))) } }
        }
        let expected = try node.required("n_output_features_").integer()
        guard expected == result.count else { throw node.damaged("makes \(result.count) columns where it says \(expected)") }
        return result
    }
}
