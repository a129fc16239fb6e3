import AssayTerms

extension SklearnReader {
    /// One indicator per category of each column, after infrequent categories are grouped and one is dropped.
    ///
    /// Source: scikit-learn 1.9, `OneHotEncoder.transform`, `_BaseEncoder._transform` and
    /// `_map_infrequent_categories`.
    mutating func oneHotEncoder(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> [GraphBuilder.Lane] {
        let columns = try node.required("categories_").items()
        try requireWidth(columns.count, lanes, node)
        let handling = try node.required("handle_unknown").text()
        guard ["error", "ignore", "infrequent_if_exist", "warn"].contains(handling) else {
            throw AssayError(
                .unsupported, "\(file.name): \(node.path) has handle_unknown='\(handling)', which is not supported")
        }
        // Version 1.1 brought grouping; before it, drop_idx_ is the only record of what is dropped.
        let hasGroups = try node.attribute("_infrequent_enabled")?.boolean() ?? false
        let mappings = hasGroups ? try node.required("_default_to_infrequent_mappings").items() : nil
        let infrequent = hasGroups ? try node.required("_infrequent_indices").items() : nil
        var dropNode = try node.attribute("_drop_idx_after_grouping")
        if dropNode == nil { dropNode = try node.attribute("drop_idx_") }
        let drops: [SkopsNode.Scalar]? =
            if let dropNode, try !dropNode.isNone { try dropNode.scalars() } else { nil }
        for count in [mappings?.count, infrequent?.count, drops?.count] {
            if let count { try requireWidth(count, lanes, node) }
        }
        let widths = try node.attribute("_n_features_outs")?.scalars()

        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            let table = try categoryTable(
                categories: columns[index].scalars(), mapping: mappings.map { $0[index] },
                infrequent: infrequent.map { $0[index] }, drop: drops?[index] ?? .none, handling: handling, node)
            if let widths {
                guard widths.count == lanes.count, widths[index] == .integer(Int64(table.width)) else {
                    throw node.damaged("has a column whose categories do not fit its width")
                }
            }
            let step = try builder.add(.category(try builder.source(lane), table))
            guard result.count + table.width <= GraphBuilder.laneLimit else {
                throw AssayError(
                    .limitExceeded, "\(file.name): \(node.path) makes more than \(GraphBuilder.laneLimit) columns")
            }
            for code in 0..<table.width { result.append(.indicator(step: step, code: Int32(code))) }
        }
        return result
    }

    func categoryTable(
        categories: [SkopsNode.Scalar], mapping: SkopsNode?, infrequent: SkopsNode?, drop: SkopsNode.Scalar,
        handling: String, _ node: SkopsNode
    ) throws(AssayError) -> CategoryTable {
        guard !categories.isEmpty, categories.count <= GraphBuilder.laneLimit else {
            throw node.damaged("has a column with \(categories.count) categories")
        }
        var groups = Array(0..<categories.count)
        var infrequentGroup: Int?
        if let mapping, try !mapping.isNone {
            groups = try positions(mapping, below: categories.count)
            guard groups.count == categories.count else {
                throw node.damaged("groups another number of categories than it has")
            }
        }
        if let infrequent, try !infrequent.isNone {
            guard let first = try positions(infrequent, below: categories.count).first else {
                throw node.damaged("has a group of infrequent categories without any")
            }
            infrequentGroup = groups[first]
        }
        var dropped: Int?
        switch drop {
        case .none: break
        case .integer(let value) where (0..<Int64(categories.count)).contains(value): dropped = Int(value)
        default: throw node.damaged("drops a category that is not there")
        }
        func code(_ group: Int) -> Int32 {
            guard let dropped else { return Int32(group) }
            return group == dropped ? CategoryTable.none : Int32(group > dropped ? group - 1 : group)
        }

        var codes: [Cell: Int32] = [:]
        for (index, category) in categories.enumerated() {
            let cell = try cell(category, node)
            // None and NaN are two categories there and one here; NaN, which stands last, is what pandas makes of
            // a missing value.
            guard codes.updateValue(code(groups[index]), forKey: cell) == nil || cell == .missing else {
                throw node.damaged("has a category twice")
            }
        }
        let unknown: CategoryTable.Unknown =
            switch handling {
            case "error": .refused
            case "ignore": .code(CategoryTable.none)
            default: .code(infrequentGroup.map(code) ?? CategoryTable.none)
            }
        let groupCount = (groups.max() ?? 0) + 1
        return CategoryTable(codes: codes, unknown: unknown, width: groupCount - (dropped == nil ? 0 : 1))
    }

    private func positions(_ node: SkopsNode, below limit: Int) throws(AssayError) -> [Int] {
        let array = try node.array()
        guard array.shape.count == 1, let values = array.integers,
            values.allSatisfy({ (0..<Int64(limit)).contains($0) })
        else { throw node.damaged("is not a list of positions") }
        return values.map { Int($0) }
    }
}
