import AssayColumns
import AssayMetrics
package import AssayTerms

/// Checks of a clustering: the column named holds each row's cluster.
struct ClusterCheck: ColumnCheck {
    enum Kind: String, CaseIterable {
        case silhouette = "performance.silhouette"
        case stability = "performance.adjusted_rand"
        case balance = "fairness.cluster_balance"
    }

    private let setting: ColumnCheckSetting
    private let kind: Kind
    private let names: [Text]
    private var clusters = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
    private var others = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
    private var partition = Partition()
    private var rows: FeatureRows
    private var missing = 0

    init(_ setting: ColumnCheckSetting, _ kind: Kind) throws(AssayError) {
        self.setting = setting
        self.kind = kind
        names = Self.others(setting.options)
        rows = FeatureRows(names, limit: Silhouette.rowLimit)
        for name in names { try setting.require(name) }
    }

    /// The columns beside that of the clusters.
    static func others(_ options: [Text: Text]) -> [Text] {
        if let features = options["features"] { return ColumnList.texts(features.string) }
        return [options["other"] ?? options["group"]].compactMap { $0 }
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        guard let name = setting.column, let column = block[name] else { return }
        let codes = try clusters.codes(of: column)
        guard kind == .silhouette else {
            guard let other = names.first.flatMap({ block[$0] }) else { return }
            let right = try others.codes(of: other)
            missing += zip(codes, right).count { $0 < 0 || $1 < 0 }
            partition.add(codes, right)
            return
        }
        try rows.add(codes, of: block)
        missing = rows.missingCodeCount + rows.missingFeatureCount
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        if let column = setting.column { try setting.require(column) }
        var result: CheckResult
        switch kind {
        case .silhouette: result = try silhouette()
        case .stability:
            let estimate = partition.adjustedRand
            result = setting.result(value: estimate.value, rows: partition.rowCount, undefined: estimate.undefined)
        case .balance: result = try composition()
        }
        result.excluded.missingGroup = missing
        return result
    }

    private func silhouette() throws(AssayError) -> CheckResult {
        let coding = try clusters.categoryCoding()
        let codes = rows.codes.map { Int(coding.code(from: $0)) }
        let present = Set(codes).count
        var result = setting.result(value: nil, measure: "silhouette", rows: codes.count)
        guard !rows.isTooMany else {
            result.undefined = "there are more than \(Silhouette.rowLimit) rows, too many to compare with even a sample of them"
            return result
        }
        guard present > 1, present < codes.count else {
            result.undefined = present < 2 ? "fewer than two clusters have rows" : "every row is a cluster of its own"
            return result
        }
        let values: [Double]
        var valued = codes
        if codes.count > Silhouette.exactLimit {
            let sample = RowSampling.rows(Silhouette.sampleCount, of: codes.count, seed: setting.request.seed)
            values = Silhouette.values(of: sample, features: rows.features, clusters: codes, clusterCount: coding.count)
            valued = sample.map { codes[$0] }
        } else {
            values = Silhouette.values(features: rows.features, clusters: codes, clusterCount: coding.count)
        }
        let mean = blockedSum(of: values) / Double(values.count)
        result.value = mean
        if values.count < codes.count { state(&result, values, mean: mean, of: codes.count) }
        var members = [[Double]](repeating: [], count: coding.count)
        for (code, value) in zip(valued, values) { members[code].append(value) }
        var sizes = [Int](repeating: 0, count: coding.count)
        for code in codes { sizes[code] += 1 }
        result.groups = members.enumerated().map { place, own in
            CheckResult.Group(
                group: coding.names[place], count: sizes[place],
                value: own.isEmpty ? nil : blockedSum(of: own) / Double(own.count))
        }
        return result
    }

    /// How far a sample's mean may be from that of all rows: normal, with the standard error of a simple random sample
    /// without replacement. Each value is exact, as it is of a row against all.
    private func state(_ result: inout CheckResult, _ values: [Double], mean: Double, of count: Int) {
        let n = Double(values.count)
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        let error = (spread / n * (1 - n / Double(count))).squareRoot()
        let half = NormalDistribution.upperQuantile975 * error
        result.interval = Interval(
            low: max(-1, mean - half), high: min(1, mean + half), level: 0.95, method: "simple-random-sample", seed: setting.request.seed)
        result.details["sampled_rows"] = .integer(Int64(values.count))
        result.details["standard_error"] = .number(error)
    }

    /// Every cluster's share of each group.
    private func composition() throws(AssayError) -> CheckResult {
        let estimate = partition.balance
        var result = setting.result(
            value: estimate.value, measure: "share_of_cluster", rows: partition.rowCount, undefined: estimate.undefined)
        let parts = try clusters.categoryCoding()
        let groups = try others.categoryCoding()
        let partCodes = clusters.values.indices.sorted { clusters.values[$0] < clusters.values[$1] }.map { Int32($0) }
        let groupCodes = others.values.indices.sorted { others.values[$0] < others.values[$1] }.map { Int32($0) }
        for part in partCodes {
            for group in groupCodes {
                let count = partition.count(part, group)
                let size = partition.first(part)
                result.groups.append(
                    CheckResult.Group(
                        group: Text("\(parts.names[Int(parts.code(from: part))]), \(groups.names[Int(groups.code(from: group))])"),
                        count: count, value: size > 0 ? Double(count) / Double(size) : nil))
            }
        }
        return result
    }
}

extension CheckCatalogue {
    static let clusters: [CheckDescriptor] = [
        CheckDescriptor(
            id: ClusterCheck.Kind.silhouette.rawValue, convention: .scikitLearn, direction: .higherIsBetter, kind: .whole,
            needs: [.column], options: [CheckOption("features", .text, standard: nil)],
            sentence: "How much nearer rows are to their own cluster than to the next one, averaged.",
            source: "scikit-learn 1.9 sklearn.metrics.silhouette_score", least: -1, greatest: 1),
        CheckDescriptor(
            id: ClusterCheck.Kind.stability.rawValue, convention: .scikitLearn, direction: .higherIsBetter, kind: .counted,
            needs: [.column], options: [CheckOption("other", .text, standard: nil)],
            sentence: "How far two clusterings of the same rows agree beyond chance, say of resampled data.",
            source: "scikit-learn 1.9 sklearn.metrics.adjusted_rand_score", least: -1, greatest: 1),
        CheckDescriptor(
            id: ClusterCheck.Kind.balance.rawValue, convention: .assay, direction: .higherIsBetter, kind: .counted,
            needs: [.column], options: [CheckOption("group", .text, standard: nil)],
            sentence: "How near every cluster's shares of groups are to those of all rows, the least ratio.",
            source: "Bera et al. (2019), section 2", least: 0, greatest: 1),
    ]
}

extension CheckRequest {
    /// What there is to say of the clusters in a column.
    package static func clustering(_ column: Text, features: Text, other: Text?, groups: [Text]) -> [CheckRequest] {
        [CheckRequest(id: ClusterCheck.Kind.silhouette.rawValue, column: column, options: ["features": features])]
            + (other.map { [CheckRequest(id: ClusterCheck.Kind.stability.rawValue, column: column, options: ["other": $0])] } ?? [])
            + groups.map { CheckRequest(id: ClusterCheck.Kind.balance.rawValue, column: column, options: ["group": $0]) }
    }
}
