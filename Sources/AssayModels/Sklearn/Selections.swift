import AssayTerms

/// Which columns a feature selection keeps.
///
/// - Source: scikit-learn 1.9, `_get_support_mask` of `VarianceThreshold`, `SelectKBest`, `SelectPercentile`, `SelectFpr`, `SelectFdr`, `SelectFwe`,
///   `RFE`, `SequentialFeatureSelector` and `SelectFromModel`.
extension SklearnReader {
    /// `nil` for a class that is not supported.
    func selection(_ node: SkopsNode, width: Int) throws(AssayError) -> [Bool]? {
        let mask: [Bool]
        switch node.className.split(separator: ".").last ?? "" {
        case "VarianceThreshold":
            let threshold = try number(node.required("threshold"))
            mask = try node.required("variances_").numbers(axes: 1).values.map { $0 > threshold }
        case "SelectKBest": mask = try best(node)
        case "SelectPercentile": mask = try percentile(node)
        case "SelectFpr":
            let level = try number(node.required("alpha"))
            mask = try node.required("pvalues_").numbers(axes: 1).values.map { $0 < level }
        case "SelectFwe":
            let values = try node.required("pvalues_").numbers(axes: 1).values
            let level = try number(node.required("alpha")) / Double(values.count)
            mask = values.map { $0 < level }
        case "SelectFdr":
            let values = try node.required("pvalues_").numbers(axes: 1).values
            let level = try number(node.required("alpha"))
            let count = Double(values.count)
            let passing = values.sorted().enumerated().filter { $0.element <= level / count * Double($0.offset + 1) }
            mask = values.map { value in passing.last.map { value <= $0.element } ?? false }
        case "RFE", "RFECV", "SequentialFeatureSelector":
            mask = try node.required("support_").scalars().map { $0 == .boolean(true) }
        case "SelectFromModel": mask = try byWeights(node, width: width)
        default: return nil
        }
        guard mask.count == width else { throw node.damaged("was fitted on \(mask.count) columns and is given \(width)") }
        return mask
    }

    /// Scores with the worst there is for none.
    private func scores(_ node: SkopsNode) throws(AssayError) -> [Double] {
        try node.required("scores_").numbers(axes: 1).values.map { $0.isNaN ? -Double.greatestFiniteMagnitude : $0 }
    }

    private func best(_ node: SkopsNode) throws(AssayError) -> [Bool] {
        let scores = try scores(node)
        let wanted = try node.required("k")
        if case .text("all") = try wanted.scalar() { return scores.map { _ in true } }
        let count = try wanted.integer()
        guard count >= 0 else { throw wanted.damaged("is below 0") }
        // Of equal scores the later column.
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 > $1 }
        let kept = Set(order.prefix(count))
        return scores.indices.map { kept.contains($0) }
    }

    private func percentile(_ node: SkopsNode) throws(AssayError) -> [Bool] {
        let scores = try scores(node)
        let share = try number(node.required("percentile"))
        guard share >= 0, share <= 100, !scores.isEmpty else { throw node.damaged("has a percentile outside 0 to 100") }
        if share == 100 { return scores.map { _ in true } }
        if share == 0 { return scores.map { _ in false } }
        let sorted = scores.sorted()
        let place = (100 - share) / 100 * Double(sorted.count - 1)
        let lower = Int(place)
        let upper = min(lower + 1, sorted.count - 1)
        let weight = place - Double(lower)
        let gap = sorted[upper] - sorted[lower]
        // As NumPy interpolates: from the nearer end.
        let threshold = weight >= 0.5 ? sorted[upper] - gap * (1 - weight) : sorted[lower] + gap * weight
        var mask = scores.map { $0 > threshold }
        let kept = Int(Double(scores.count) * share / 100)
        var free = kept - mask.count { $0 }
        for place in scores.indices where scores[place] == threshold && free > 0 {
            mask[place] = true
            free -= 1
        }
        return mask
    }

    /// Of a linear model's weights; what trees find important is not kept in the file but computed, and refused.
    private func byWeights(_ node: SkopsNode, width: Int) throws(AssayError) -> [Bool] {
        var estimator = try node.required("estimator_")
        if estimator.className == "sklearn.frozen._frozen.FrozenEstimator" { estimator = try estimator.required("estimator") }
        guard case .text("auto") = try node.required("importance_getter").scalar(), let coefficients = try estimator.attribute("coef_") else {
            throw AssayError(
                .unsupported,
                "\(file.name): \(node.path) selects by \(estimator.className)'s importances, which are not read; selections by a linear model's "
                    + "coef_ are supported")
        }
        let array = try coefficients.array()
        guard let values = array.doubles, array.shape.count == 1 || array.shape.count == 2, array.shape.last == width else {
            throw coefficients.damaged("is not an array of numbers, one for each of \(width) columns")
        }
        let order = try number(node.required("norm_order"))
        guard array.shape.count == 1 || order == 1 || order == 2 || order == .infinity else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) has norm_order=\(order); 1, 2 and infinity are supported")
        }
        let scores = (0..<width).map { column -> Double in
            let own = stride(from: column, to: values.count, by: max(width, 1)).map { values[$0].magnitude }
            if own.count == 1 { return own[0] }
            return order == 1 ? own.reduce(0, +) : order == 2 ? own.reduce(0) { $0 + $1 * $1 }.squareRoot() : own.max() ?? 0
        }
        let threshold = try threshold(node, estimator, scores)
        var mask = scores.map { $0 >= threshold }
        if let asked = try node.attribute("max_features"), try !asked.isNone {
            let limit = try node.required("max_features_").integer()
            let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
            let kept = Set(order.prefix(max(limit, 0)))
            mask = scores.indices.map { kept.contains($0) && scores[$0] >= threshold }
        }
        return mask
    }

    private func threshold(_ node: SkopsNode, _ estimator: SkopsNode, _ scores: [Double]) throws(AssayError) -> Double {
        let setting = try node.required("threshold")
        var word: String
        switch try setting.scalar() {
        case .number(let value): return value
        case .integer(let value): return Double(value)
        case .text(let text): word = text.string
        case .none:
            if try isSparse(estimator) { return 1e-5 }
            word = "mean"
        case .boolean: throw setting.damaged("is not a threshold")
        }
        var factor = 1.0
        let parts = word.split(separator: "*")
        if parts.count == 2, let value = DecimalNumber.double(DecimalNumber.trimmed(parts[0])) {
            factor = value
            word = String(parts[1].filter { $0 != " " })
        }
        switch word {
        case "mean": return factor * scores.reduce(0, +) / Double(scores.count)
        case "median":
            let sorted = scores.sorted()
            let middle = sorted.count / 2
            return factor * (sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
        default: throw AssayError(.unsupported, "\(file.name): \(setting.path) is '\(word)', which is not supported")
        }
    }

    /// Whether the library takes the model's weights as driven to 0, so that any left is one that counts.
    private func isSparse(_ estimator: SkopsNode) throws(AssayError) -> Bool {
        let name = estimator.className.split(separator: ".").last.map(String.init) ?? ""
        func isOne(_ value: Double) -> Bool { (value - 1).magnitude <= 1e-8 + 1e-5 }
        if name.contains("Lasso") { return true }
        if let penalty = try estimator.attribute("penalty"), try penalty.scalar() == .text("l1") { return true }
        if name == "ElasticNet" { return isOne(try number(estimator.required("l1_ratio"))) }
        if name == "ElasticNetCV" { return isOne(try number(estimator.required("l1_ratio_"))) }
        // Since 1.8 the penalty is told by its ratio.
        guard try !isBefore(estimator, 1, 8) else { return false }
        if name == "LogisticRegression", let ratio = try estimator.attribute("l1_ratio"), try !ratio.isNone { return isOne(try number(ratio)) }
        if name == "LogisticRegressionCV", let ratios = try estimator.attribute("l1_ratio_"), try !ratios.isNone {
            if ratios.loader == "JsonNode" { return isOne(try number(ratios)) }
            return try ratios.array().doubles?.allSatisfy(isOne) ?? false
        }
        return false
    }
}
