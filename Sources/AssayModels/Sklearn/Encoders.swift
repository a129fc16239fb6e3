import AssayTerms

/// Encoders of categories into numbers.
extension SklearnReader {
    /// Source: scikit-learn 1.9, `OrdinalEncoder.transform`.
    mutating func ordinalEncoder(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let columns = try node.required("categories_").items()
        try requireWidth(columns.count, lanes, node)
        let isRefusing: Bool
        switch try node.required("handle_unknown").text() {
        case "error": isRefusing = true
        case "use_encoded_value": isRefusing = false
        case let word: throw AssayError(.unsupported, "\(file.name): \(node.path) has handle_unknown='\(word)', which is not supported")
        }
        let unknown = isRefusing ? Double.nan : try number(node.required("unknown_value"))
        var missing = Double.nan
        if let value = try node.attribute("encoded_missing_value") { missing = try number(value) }
        let hasGroups = try node.attribute("_infrequent_enabled")?.boolean() ?? false
        let mappings = hasGroups ? try node.required("_default_to_infrequent_mappings").items() : nil
        let infrequent = hasGroups ? try node.required("_infrequent_indices").items() : nil
        for count in [mappings?.count, infrequent?.count] { if let count { try requireWidth(count, lanes, node) } }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let categories = try columns[index].scalars()
            // None is a category like another there; here it is a missing value as NaN is, which is encoded by itself.
            let hasMissing = categories.contains { if case .number(let value) = $0 { value.isNaN } else { false } }
            let isGrouped = try mappings.map { (all) throws(AssayError) in try !all[index].isNone } ?? false
            guard !hasMissing || !isGrouped else {
                throw AssayError(
                    .unsupported, "\(file.name): \(node.path) groups the categories of a column with missing values, which is not supported")
            }
            let table = try categoryTable(
                categories: categories, mapping: mappings.map { $0[index] }, infrequent: infrequent.map { $0[index] }, drop: .none,
                handling: isRefusing ? "error" : "ignore", node)
            var codes = table.codes
            var values = (0..<table.width).map { Double($0) }
            if hasMissing {
                codes[.missing] = Int32(table.width)
                values.append(missing)
            }
            let step = try builder.add(
                .category(try builder.source(lane), CategoryTable(codes: codes, unknown: table.unknown, width: values.count)))
            result.append(try builder.lane(.numbered(step, values: values, other: unknown)))
        }
        return result
    }

    /// Each category's mean of the target, shrunk; of several classes one column for each.
    ///
    /// Source: scikit-learn 1.9, `TargetEncoder.transform`.
    mutating func targetEncoder(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [GraphBuilder.Lane] {
        let columns = try node.required("categories_").items()
        try requireWidth(columns.count, lanes, node)
        let isMulticlass = try node.required("target_type_").text() == "multiclass"
        let means: [Double] =
            isMulticlass
            ? try node.required("target_mean_").numbers(axes: 1).values : [try finiteNumber(node.required("target_mean_"))]
        let encodings = try node.required("encodings_").items()
        guard !means.isEmpty, means.allSatisfy(\.isFinite), encodings.count == lanes.count * means.count else {
            throw node.damaged("has encodings of other columns")
        }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let table = try categoryTable(
                categories: columns[index].scalars(), mapping: nil, infrequent: nil, drop: .none, handling: "ignore", node)
            let step = try builder.add(.category(try builder.source(lane), table))
            for (place, mean) in means.enumerated() {
                let values = try encodings[index * means.count + place].numbers(axes: 1).values
                guard values.count == table.width else { throw node.damaged("has encodings of other categories") }
                result.append(try builder.lane(.numbered(step, values: values, other: mean)))
            }
        }
        return result
    }
}
