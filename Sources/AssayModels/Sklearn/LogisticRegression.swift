import AssayTerms

extension SklearnReader {
    /// The fitted weights, classes and link of a logistic regression.
    ///
    /// Up to version 1.7 the attribute `multi_class` decided how several classes share their probability, and with
    /// `multinomial` two classes are a softmax over (−s, s), which is the logistic of 2s. Where the attribute is
    /// present, the rule of the version that wrote it holds.
    ///
    /// Source: scikit-learn 1.9 and 1.5, `LogisticRegression.predict_proba`.
    mutating func logisticRegression(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> Fitted {
        let classes = try classLabels(node.required("classes_"))
        var weights = try classWeights(node, classes: classes, lanes)
        var intercepts = try interceptValues(node.required("intercept_"), count: weights.count)

        var link: LinearHead.Link = classes.count == 2 ? .logistic : .softmax
        if let attribute = try node.attribute("multi_class") {
            let word = try attribute.text()
            let version = try node.attribute("_sklearn_version")?.text() ?? ""
            if try usesOneVersusRest(word, classes: classes.count, version: version, node) {
                if classes.count > 2 { link = .oneVersusRest }
            } else if classes.count == 2 {
                weights = weights.map { $0.map { 2 * $0 } }
                intercepts = intercepts.map { 2 * $0 }
            }
        }
        let features = try builder.features(lanes)
        return Fitted(
            features: features,
            head: .linear(try LinearHead(classes: classes, link: link, weights: weights, intercepts: intercepts, features: features)))
    }

    /// `coef_` of a classifier: a row of weights for the second of two classes, else one for each.
    func classWeights(_ node: SkopsNode, classes: ClassLabels, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [[Double]] {
        let array = try node.required("coef_").array()
        guard let values = array.doubles, (1...2).contains(array.shape.count), let width = array.shape.last else {
            throw node.damaged("has a coef_ that is not a table of numbers")
        }
        // A ridge classifier of two classes has no axis for them.
        let rows = array.shape.count == 1 ? 1 : array.shape[0]
        try requireWidth(width, lanes, node)
        let expected = classes.count == 2 ? 1 : classes.count
        guard rows == expected else {
            throw node.damaged("has weights for \(rows) classes where \(expected) are needed")
        }
        return (0..<rows).map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
    }

    private func usesOneVersusRest(
        _ word: String, classes: Int, version: String, _ node: SkopsNode
    ) throws(AssayError) -> Bool {
        switch word {
        case "ovr", "warn": return true
        case "multinomial": return false
        case "auto", "deprecated":
            if classes <= 2 { return true }
            let solver = try node.required("solver").text()
            if solver == "liblinear" { return true }
            // newton-cholesky learned the multinomial loss in 1.6.
            let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
            return solver == "newton-cholesky" && parts.count == 2 && parts.lexicographicallyPrecedes([1, 6])
        default:
            throw AssayError(
                .unsupported, "\(file.name): \(node.path) has multi_class='\(word)', which is not supported")
        }
    }

    /// liblinear without an intercept leaves a plain 0.0 in place of an array.
    func interceptValues(_ node: SkopsNode, count: Int) throws(AssayError) -> [Double] {
        if node.loader == "JsonNode" {
            guard let value = try cell(node.scalar(), node).double else { throw node.damaged("is not a number") }
            return [Double](repeating: value, count: count)
        }
        let array = try node.array()
        guard let values = array.doubles, array.shape.count <= 1 else { throw node.damaged("is not a list of numbers") }
        guard values.count == count else { throw node.damaged("has \(values.count) numbers where \(count) are needed") }
        return values
    }

    func classLabels(_ node: SkopsNode) throws(AssayError) -> ClassLabels {
        if node.loader == "ListNode", try node.items().contains(where: { $0.loader == "NdArrayNode" && (try? $0.scalar()) == nil }) {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has the classes of several outputs; one output is supported")
        }
        let scalars = try node.scalars()
        guard scalars.count >= 2, scalars.count <= 10_000 else {
            throw node.damaged("names \(scalars.count) classes")
        }
        guard Set(scalars).count == scalars.count else { throw node.damaged("names a class twice") }
        switch scalars[0] {
        case .integer:
            return .integers(try scalars.map { (scalar) throws(AssayError) in
                guard case .integer(let value) = scalar else { throw node.damaged("mixes kinds of classes") }
                return value
            })
        case .number:
            return .numbers(try scalars.map { (scalar) throws(AssayError) in
                guard case .number(let value) = scalar, value.isFinite else {
                    throw node.damaged("mixes kinds of classes, or has one that is not finite")
                }
                return value
            })
        case .boolean:
            return .booleans(try scalars.map { (scalar) throws(AssayError) in
                guard case .boolean(let value) = scalar else { throw node.damaged("mixes kinds of classes") }
                return value
            })
        case .text:
            return .texts(try scalars.map { (scalar) throws(AssayError) in
                guard case .text(let value) = scalar else { throw node.damaged("mixes kinds of classes") }
                return value
            })
        case .none: throw node.damaged("has a class without a name")
        }
    }
}
