import AssayTerms

extension SklearnReader {
    /// Cells equal to `missing_values` become the column's fitted statistic; columns whose statistic is NaN are
    /// left out; with `add_indicator` flags of the columns that had missing values in fitting follow.
    ///
    /// A kept difference: scikit-learn tells None from NaN in text columns, our columns know one kind of missing,
    /// which `missing_values=nan` and `missing_values=None` both mean.
    ///
    /// Source: scikit-learn 1.9, `SimpleImputer.transform` and `MissingIndicator.transform`.
    mutating func simpleImputer(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> [GraphBuilder.Lane] {
        let replaced = try cell(node.required("missing_values").scalar(), node)
        let statistics = try node.required("statistics_").scalars()
        try requireWidth(statistics.count, lanes, node)
        let keepsEmpty = try node.attribute("keep_empty_features")?.boolean() ?? false

        var sources: [Graph.Source] = []
        for lane in lanes {
            var source = try builder.source(lane)
            // With another marker than NaN, NaN itself is refused.
            if replaced != .missing { source.treatments.append(.refuseMissing) }
            sources.append(source)
        }
        var result: [GraphBuilder.Lane] = []
        for (index, statistic) in statistics.enumerated() {
            // NaN says that no value was seen; None is a value like another.
            if case .number(let value) = statistic, value.isNaN, !keepsEmpty { continue }
            var source = sources[index]
            source.treatments.append(.fill(replaced, with: try cell(statistic, node)))
            result.append(.source(source))
        }
        guard try node.attribute("add_indicator")?.boolean() ?? false else { return result }

        let indicator = try node.required("indicator_")
        guard indicator.className == "sklearn.impute._base.MissingIndicator" else {
            throw indicator.damaged("is not a MissingIndicator")
        }
        let positions = try indicator.required("features_").array()
        guard positions.shape.count == 1, let features = positions.integers else {
            throw indicator.damaged("has features_ that are not a list of integers")
        }
        for feature in features {
            guard let position = Int(exactly: feature), sources.indices.contains(position) else {
                throw indicator.damaged("names a column that is not there")
            }
            result.append(
                .source(Graph.Source(base: .step(try builder.add(.flag(sources[position], equals: replaced))))))
        }
        return result
    }

    func cell(_ scalar: SkopsNode.Scalar, _ node: SkopsNode) throws(AssayError) -> Cell {
        switch scalar {
        case .none: return .missing
        case .boolean(let value): return Cell(value)
        case .integer(let value): return .integer(value)
        case .number(let value):
            guard !value.isInfinite else { throw node.damaged("holds an infinite number") }
            return Cell(value)
        case .text(let value): return .text(value)
        }
    }
}
