import AssayTerms

/// Transformers that take one column to one.
extension SklearnReader {
    /// `x · scale_ + min_`, within the range where `clip` says so.
    ///
    /// Source: scikit-learn 1.9, `MinMaxScaler.transform`.
    mutating func minMaxScaler(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let scales = try perColumn(node, "scale_", lanes)
        let shifts = try perColumn(node, "min_", lanes)
        var range: NumberMap?
        if try node.attribute("clip")?.boolean() ?? false {
            let ends = try node.required("feature_range").items()
            guard ends.count == 2 else { throw node.damaged("has a feature_range without two ends") }
            range = .clipped(low: try finiteNumber(ends[0]), high: try finiteNumber(ends[1]))
        }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let moved = try builder.lane(.combined([try builder.number(lane)], weights: [scales[index]], constant: shifts[index]))
            result.append(try range.map { (range) throws(AssayError) in try builder.mapped(moved, range) } ?? moved)
        }
        return result
    }

    /// Source: scikit-learn 1.9, `MaxAbsScaler.transform`.
    mutating func maxAbsScaler(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let scales = try perColumn(node, "scale_", lanes)
        let isClipped = try node.attribute("clip")?.boolean() ?? false
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let scaled = try builder.scaled(lane, divisor: scales[index])
            result.append(isClipped ? try builder.mapped(scaled, .clipped(low: -1, high: 1)) : scaled)
        }
        return result
    }

    /// `(x − center_) / scale_`, each where asked for.
    ///
    /// Source: scikit-learn 1.9, `RobustScaler.transform`.
    mutating func robustScaler(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let centres = try node.required("with_centering").boolean() ? try perColumn(node, "center_", lanes) : nil
        let scales = try node.required("with_scaling").boolean() ? try perColumn(node, "scale_", lanes) : nil
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            result.append(try builder.scaled(lane, subtracted: centres?[index], divisor: scales?[index]))
        }
        return result
    }

    /// Source: scikit-learn 1.9, `Binarizer.transform`.
    mutating func binarizer(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let threshold = try finiteNumber(node.required("threshold"))
        var result: [GraphBuilder.Lane] = []
        for lane in lanes { result.append(try builder.lane(.mapped(try builder.whole(lane), .above(threshold)))) }
        return result
    }

    /// Source: scikit-learn 1.9, `PowerTransformer.transform`; SciPy 1.17, `yeojohnson` and `boxcox`.
    mutating func powerTransformer(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let lambdas = try perColumn(node, "lambdas_", lanes)
        let method = try node.required("method").text()
        guard method == "yeo-johnson" || method == "box-cox" else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has method='\(method)', which is not supported")
        }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            result.append(try builder.mapped(lane, method == "box-cox" ? .boxCox(lambdas[index]) : .yeoJohnson(lambdas[index])))
        }
        guard try node.required("standardize").boolean() else { return result }
        let scaler = try node.required("_scaler")
        guard scaler.className == "sklearn.preprocessing._data.StandardScaler" else { throw Self.unsupported(scaler, "transformer") }
        return try standardScaler(scaler, result)
    }

    /// Source: scikit-learn 1.9, `QuantileTransformer._transform_col`.
    mutating func quantileTransformer(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let quantiles = try node.required("quantiles_").numbers(axes: 2)
        let references = try node.required("references_").numbers(axes: 1).values
        try requireWidth(quantiles.shape[1], lanes, node)
        let distribution = try node.required("output_distribution").text()
        guard distribution == "uniform" || distribution == "normal" else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has output_distribution='\(distribution)', which is not supported")
        }
        guard quantiles.shape[0] == references.count, !references.isEmpty else { throw node.damaged("has other references than quantiles") }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let own = (0..<references.count).map { quantiles.values[$0 * lanes.count + index] }
            let map: QuantileMap
            do throws(AssayError) {
                map = try QuantileMap(quantiles: own, references: references, isNormal: distribution == "normal")
            } catch {
                throw node.damaged("has quantiles that are not ascending numbers")
            }
            result.append(try builder.mapped(lane, .quantiles(map)))
        }
        return result
    }

    /// Source: scikit-learn 1.9, `KBinsDiscretizer.transform`.
    mutating func binsDiscretizer(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let edges = try node.required("bin_edges_").items()
        try requireWidth(edges.count, lanes, node)
        if let type = try node.attribute("dtype"), type.loader != "JsonNode", type.className != "numpy.float64" {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has dtype=\(type.className), in which numbers are rounded; float64 is supported")
        }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let own = try edges[index].numbers(axes: 1).values
            guard own.count >= 2, zip(own, own.dropFirst()).allSatisfy({ $0 <= $1 }) else { throw edges[index].damaged("are not ascending edges") }
            result.append(try builder.lane(.mapped(try builder.whole(lane), .binned(Array(own[1..<(own.count - 1)])))))
        }
        switch try node.required("encode").text() {
        case "ordinal": return result
        case "onehot", "onehot-dense":
            let encoder = try node.required("_encoder")
            guard encoder.className == "sklearn.preprocessing._encoders.OneHotEncoder" else { throw Self.unsupported(encoder, "transformer") }
            return try oneHotEncoder(encoder, result)
        case let word: throw AssayError(.unsupported, "\(file.name): \(node.path) has encode='\(word)', which is not supported")
        }
    }
}
