import AssayTerms

/// Transformers beside the oldest ones, by class.
extension SklearnReader {
    /// `nil` where the class is not supported.
    mutating func preparation(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane]? {
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        switch node.className {
        case "sklearn.preprocessing._data.MinMaxScaler": return try minMaxScaler(node, lanes)
        case "sklearn.preprocessing._data.MaxAbsScaler": return try maxAbsScaler(node, lanes)
        case "sklearn.preprocessing._data.RobustScaler": return try robustScaler(node, lanes)
        case "sklearn.preprocessing._data.Binarizer": return try binarizer(node, lanes)
        case "sklearn.preprocessing._data.Normalizer": return try normalizer(node, lanes)
        case "sklearn.preprocessing._data.PowerTransformer": return try powerTransformer(node, lanes)
        case "sklearn.preprocessing._data.QuantileTransformer": return try quantileTransformer(node, lanes)
        case "sklearn.preprocessing._discretization.KBinsDiscretizer": return try binsDiscretizer(node, lanes)
        case "sklearn.preprocessing._function_transformer.FunctionTransformer": return try functionTransformer(node, lanes)
        case "sklearn.preprocessing._polynomial.PolynomialFeatures": return try polynomialFeatures(node, lanes)
        case "sklearn.preprocessing._encoders.OrdinalEncoder": return try ordinalEncoder(node, lanes)
        case "sklearn.preprocessing._target_encoder.TargetEncoder": return try targetEncoder(node, lanes)
        case "sklearn.decomposition._pca.PCA": return try components(node, lanes)
        case "sklearn.decomposition._truncated_svd.TruncatedSVD": return try components(node, lanes)
        case "sklearn.impute._base.MissingIndicator": return try missingIndicator(node, lanes)
        case "sklearn.pipeline.FeatureUnion": return try featureUnion(node, lanes)
        case let name where name.hasPrefix("sklearn.feature_selection."):
            guard let mask = try selection(node, width: lanes.count) else { return nil }
            return zip(lanes, mask).filter(\.1).map(\.0)
        default: return nil
        }
    }

    /// A fitted list of one number a column.
    func perColumn(_ node: SkopsNode, _ name: String, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [Double] {
        let values = try node.required(name).numbers(axes: 1).values
        try requireWidth(values.count, lanes, node)
        return values
    }

    func number(_ node: SkopsNode) throws(AssayError) -> Double {
        switch try node.scalar() {
        case .number(let value): return value
        case .integer(let value): return Double(value)
        case .boolean(let value): return value ? 1 : 0
        case .none, .text: throw node.damaged("is not a number")
        }
    }

    func finiteNumber(_ node: SkopsNode) throws(AssayError) -> Double {
        let value = try number(node)
        guard value.isFinite else { throw node.damaged("is not a finite number") }
        return value
    }

    // MARK: Several transformers side by side

    /// Source: scikit-learn 1.9, `FeatureUnion.transform` and `_iter`.
    private mutating func featureUnion(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let weights = try node.attribute("transformer_weights")
        var result: [GraphBuilder.Lane] = []
        var seen: Set<Text> = []
        for entry in try node.required("transformer_list").items() {
            let pair = try entry.items()
            guard pair.count == 2, case .text(let name) = try pair[0].scalar(), seen.insert(name).inserted else {
                throw entry.damaged("is not a transformer under a name of its own")
            }
            if pair[1].loader == "JsonNode", try pair[1].scalar() == .text("drop") { continue }
            var output = try transform(pair[1], lanes)
            if let weights, try !weights.isNone, let weight = try weights.member(name.string) {
                let factor = try finiteNumber(weight)
                var weighted: [GraphBuilder.Lane] = []
                for lane in output { weighted.append(try builder.scaled(lane, factor: factor)) }
                output = weighted
            }
            result += output
            guard result.count <= GraphBuilder.laneLimit else {
                throw AssayError(.limitExceeded, "\(file.name): \(node.path) makes more than \(GraphBuilder.laneLimit) columns")
            }
        }
        return result
    }

    /// A kept difference: a column that had no missing value in fitting and has one now is passed over, where the library may raise
    /// (`error_on_new`).
    ///
    /// Source: scikit-learn 1.9, `MissingIndicator.transform`.
    private mutating func missingIndicator(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let marker = try cell(node.required("missing_values").scalar(), node)
        let kept = try node.required("features_").array()
        guard kept.shape.count == 1, let positions = kept.integers else { throw node.damaged("has features_ that are not a list of integers") }
        var result: [GraphBuilder.Lane] = []
        for position in positions {
            guard let place = Int(exactly: position), lanes.indices.contains(place) else { throw node.damaged("names a column that is not there") }
            var source = try builder.source(lanes[place])
            if marker != .missing { source.treatments.append(.refuseMissing) }
            result.append(try builder.lane(.flag(source, equals: marker)))
        }
        return result
    }

    /// Source: scikit-learn 1.9, `FunctionTransformer.transform`.
    private mutating func functionTransformer(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let function = try node.required("func")
        if try function.isNone { return lanes }
        if function.loader == "PartialNode" { return try checked(function, lanes) }
        if let arguments = try node.attribute("kw_args"), try !arguments.isNone, try !arguments.memberNames().isEmpty {
            throw AssayError(.unsupported, "\(file.name): \(node.path) is a FunctionTransformer with arguments, which are not supported")
        }
        let map = NumberMap.function(try numpyFunction(function))
        var result: [GraphBuilder.Lane] = []
        for lane in lanes { result.append(try builder.mapped(lane, map)) }
        return result
    }

    /// What gradient boosting by histograms has its numbers checked by, which changes none: `check_array` of double numbers.
    private func checked(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let error = AssayError(.unsupported, "\(file.name): \(node.path) is a partial call, which is not run")
        guard let settings = node.partialSettings, node.hasOnlyPartialSettings, node.partialFunction == "sklearn.utils.validation.check_array" else {
            throw error
        }
        for name in try settings.memberNames() {
            guard let value = try settings.member(name) else { throw error }
            switch name {
            case "force_all_finite", "ensure_all_finite": if try value.boolean() { throw error }
            case "dtype":
                let types = value.loader == "ListNode" ? try value.items() : [value]
                guard types.map(\.className) == ["numpy.float64"] else { throw error }
            default: throw error
            }
        }
        return lanes
    }

    /// One of NumPy's functions of one number, by name.
    func numpyFunction(_ node: SkopsNode) throws(AssayError) -> NumberMap.Function {
        guard node.loader == "FunctionNode", node.className.hasPrefix("numpy."),
            let function = NumberMap.Function(rawValue: String(node.className.split(separator: ".").last ?? ""))
        else {
            throw AssayError(
                .unsupported,
                "\(file.name): \(node.path) is \(node.className.isEmpty ? "a \(node.loader)" : node.className), a function that is not run; "
                    + "supported are the identity and NumPy's log, log1p, log2, log10, exp, exp2, expm1, sqrt, cbrt, square, absolute, negative, reciprocal and sign")
        }
        return function
    }
}
