import AssayColumns
package import AssayMetrics
package import AssayTerms

/// Mean losses by group before a reduction and after it. Those of a mixture are expected values, and none has an interval.
package struct LossEvidence: Sendable {
    package struct Group: Sendable {
        package var name: Text
        package var rowCount: Int
        /// `nil` where there was nothing before.
        package var before: Double?
        package var after: Double
    }

    package var loss: GroupLoss
    package var upperBound: Double
    package var source: GroupSource
    package var groups: [Group]
    package var excluded: CheckResult.Excluded

    package var all: Group {
        let count = groups.reduce(0) { $0 + $1.rowCount }
        func mean(_ values: [Double]) -> Double {
            zip(groups, values).reduce(0) { $0 + $1.1 * Double($1.0.rowCount) } / Double(count)
        }
        let before = groups.compactMap(\.before)
        return Group(
            name: "all", rowCount: count, before: before.count == groups.count ? mean(before) : nil, after: mean(groups.map(\.after)))
    }

    /// The groups whose mean loss exceeds the bound.
    package var exceeding: [Group] { groups.filter { $0.after > upperBound } }

    /// Mean squared or absolute errors by group, and the worst; none of decisions, whose rates tell more.
    ///
    /// - Throws: `invalidArgument` for a check that is not in the catalogue.
    package func results() throws(AssayError) -> [CheckResult] {
        let name: String
        switch loss {
        case .zeroOne: return []
        case .square: name = "mse"
        case .absolute: name = "mae"
        }
        let (column, privileged): (Text?, String?) =
            switch source {
            case .column(let column): (column, nil)
            case .rule(let rule): (nil, rule.description)
            }
        let values = groups.map { CheckResult.Group(group: $0.name, count: $0.rowCount, value: $0.after) }
        let answers: [(String, Double, Double?)] = [
            ("", all.after, all.before), ("_group_max", groups.map(\.after).max() ?? 0, groups.compactMap(\.before).max()),
        ]
        var results: [CheckResult] = []
        for (suffix, after, before) in answers {
            var result = CheckResult(
                descriptor: try CheckCatalogue.descriptor(id: "fairness.\(name)\(suffix)"), column: column, privileged: privileged,
                value: after, measure: name, groups: values, rows: all.rowCount, excluded: excluded)
            result.details["before"] = before.map { .number($0) }
            if let range = loss.range {
                // Losses are of labels and answers brought into the range.
                result.details["range"] = .list([.number(range.lowerBound), .number(range.upperBound)])
            }
            results.append(result)
        }
        return results
    }
}
