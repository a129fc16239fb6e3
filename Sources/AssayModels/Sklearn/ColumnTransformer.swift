import AssayTerms

extension SklearnReader {
    /// Each fitted transformer's columns in `transformers_` order, the remainder last.
    ///
    /// scikit-learn selects by `transformers_` when it is given an array and by `_transformer_to_input_indices` when
    /// it is given a data frame; a file in which the two differ is refused.
    ///
    /// Source: scikit-learn 1.9, `ColumnTransformer.transform` and `_iter`; `sklearn.utils._indexing`.
    mutating func columnTransformer(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> [GraphBuilder.Lane] {
        if let width = try node.attribute("n_features_in_")?.integer() { try requireWidth(width, lanes, node) }
        var names: [Text]?
        if let fitted = try node.attribute("feature_names_in_") {
            names = []
            for scalar in try fitted.scalars() {
                guard case .text(let name) = scalar else { throw fitted.damaged("holds a name that is not text") }
                names?.append(name)
            }
            if let names { try requireWidth(names.count, lanes, node) }
        }
        let byFrame = try node.attribute("_transformer_to_input_indices")
        let weights = try node.attribute("transformer_weights")
        try requireIdentities(node)
        var seen: Set<Text> = []
        var result: [GraphBuilder.Lane] = []
        for entry in try node.required("transformers_").items() {
            let triple = try entry.items()
            guard triple.count == 3, case .text(let name) = try triple[0].scalar() else {
                throw entry.damaged("is not a name, a transformer and columns")
            }
            guard seen.insert(name).inserted else { throw node.damaged("has two transformers named '\(name)'") }
            let selector = ColumnSelector(names: names, count: lanes.count)
            let positions = try selector.positions(triple[2])
            if let byFrame, let expected = try byFrame.member(name.string) {
                guard try expected.scalars() == positions.map({ .integer(Int64($0)) }) else {
                    throw entry.damaged("selects other columns by position than by name")
                }
            }
            let transformer = triple[1]
            if transformer.loader == "JsonNode", try transformer.scalar() == .text("drop") { continue }
            if positions.isEmpty { continue }
            var output = try transform(transformer, positions.map { lanes[$0] })
            if let weights, try !weights.isNone, let weight = try weights.member(name.string) {
                guard let factor = try cell(weight.scalar(), weight).double, factor.isFinite else {
                    throw weight.damaged("is not a finite number")
                }
                var weighted: [GraphBuilder.Lane] = []
                for lane in output { weighted.append(try builder.scaled(lane, factor: factor)) }
                output = weighted
            }
            result += output
        }
        return result
    }

    /// Versions 1.2 and 1.3 replace a `passthrough` by what this dictionary has for its name.
    private func requireIdentities(_ node: SkopsNode) throws(AssayError) {
        guard let replaced = try node.attribute("_name_to_fitted_passthrough") else { return }
        for name in try replaced.memberNames() {
            guard let transformer = try replaced.member(name),
                transformer.className == "sklearn.preprocessing._function_transformer.FunctionTransformer",
                try transformer.required("func").isNone
            else {
                throw AssayError(
                    .unsupported,
                    "\(file.name): \(replaced.path) puts another transformer than the identity for '\(name)'")
            }
        }
    }
}
