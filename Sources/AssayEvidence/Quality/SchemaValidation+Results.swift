package import AssayTerms

extension SchemaValidation {
    private static let anomalyCount = CheckDescriptor(
        id: "quality.schema_anomalies", convention: .assay, direction: .lowerIsBetter, kind: .counted, needs: [],
        sentence: "How many ways the data differs from the schema.",
        source: "TensorFlow Data Validation 1.16 validate_statistics: anomalies by type", least: 0)

    private static let skew = CheckDescriptor(
        id: "quality.skew", convention: .assay, direction: .lowerIsBetter, kind: .whole, needs: [.column],
        sentence: "How far the column is from the same column of the other data.",
        source: "TensorFlow Data Validation 1.16: L-infinity of shares; Jensen-Shannon divergence of ten equal bins", least: 0,
        greatest: 1)

    private static let overlap = CheckDescriptor(
        id: "quality.train_test_overlap", convention: .assay, direction: .lowerIsBetter, kind: .counted, needs: [],
        sentence: "The share of rows that stand in the other data as well, over the columns both have.",
        source: "Assay: 128-bit hashes of rows", least: 0, greatest: 1)

    package static func result(overlap: (rows: Int, shared: Int)) -> CheckResult {
        let share = overlap.rows == 0 ? nil : Double(overlap.shared) / Double(overlap.rows)
        return CheckResult(
            descriptor: Self.overlap, value: share, measure: "share_of_rows",
            groups: [CheckResult.Group(group: "shared", count: overlap.shared, value: share)], rows: overlap.rows,
            undefined: share == nil ? "the data has no row" : nil)
    }

    /// The count of anomalies with one group a type, then one distance a column that was compared.
    package func results(rowCount: Int) -> [CheckResult] {
        let groups = SchemaAnomaly.Kind.allCases.compactMap { kind -> CheckResult.Group? in
            let count = anomalies.filter { $0.kind == kind }.count
            return count == 0 ? nil : CheckResult.Group(group: Text(kind.rawValue), count: count, value: Double(count))
        }
        var results = [
            CheckResult(
                descriptor: Self.anomalyCount, value: Double(anomalies.count), measure: "anomalies", groups: groups,
                rows: rowCount)
        ]
        for distance in distances {
            let (name, threshold) =
                switch distance.comparator {
                case .infinityNorm(let threshold): ("l_infinity", threshold)
                case .jensenShannon(let threshold): ("jensen_shannon_divergence", threshold)
                }
            results.append(
                CheckResult(
                    descriptor: Self.skew, column: distance.column, options: ["threshold": Text("\(threshold)")],
                    value: distance.value, measure: name, rows: rowCount,
                    undefined: distance.value == nil ? "one of the two files has no value of it to compare" : nil))
        }
        return results
    }
}
