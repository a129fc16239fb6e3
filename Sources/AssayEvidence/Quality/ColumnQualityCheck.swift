import AssayColumns
import AssayMetrics
import AssayTerms

/// The `quality.*` checks that one column's statistics answer: of the column named, or of every column and then the worst.
struct ColumnQualityCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private var columns: [ColumnStatistics] = []

    init(_ setting: ColumnCheckSetting) { self.setting = setting }

    mutating func add(_ block: RowBlock) {
        if columns.isEmpty {
            let read = setting.column.map { name in block.columns.filter { $0.name == name } } ?? block.columns
            columns = read.map { ColumnStatistics(name: $0.name, type: $0.type) }
        }
        for index in columns.indices {
            if let column = block[columns[index].name] { columns[index].add(column) }
        }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        if let column = setting.column {
            try setting.require(column)
            guard let statistics = columns.first else {
                return setting.result(value: nil, rows: 0, undefined: "the data has no row")
            }
            return try result(of: statistics, rowCount: rowCount)
        }
        // Over all columns: the worst, with every column that has a value as a group.
        var groups: [CheckResult.Group] = []
        var rest: String?
        for statistics in columns {
            let one = try result(of: statistics, rowCount: rowCount)
            if let value = one.value {
                groups.append(CheckResult.Group(group: statistics.name, count: statistics.presentCount, value: value))
            } else {
                rest = rest ?? "\(statistics.name): \(one.undefined ?? "")"
            }
        }
        let worst = groups.compactMap(\.value).max()
        return setting.result(
            value: worst, measure: "worst_column", groups: groups, rows: rowCount,
            undefined: worst == nil ? rest ?? "the data has no row" : nil)
    }

    private func result(of column: ColumnStatistics, rowCount: Int) throws(AssayError) -> CheckResult {
        switch setting.descriptor.id {
        case "quality.missing_rate":
            return setting.result(
                value: column.missingShare, rows: rowCount, undefined: rowCount == 0 ? "the data has no row" : nil)
        case "quality.dominant_value_share": return dominant(column, rowCount)
        case "quality.outlier_rate": return outliers(column, rowCount)
        case "quality.class_balance": return balance(column, rowCount)
        case "quality.normality_p_value": return normality(column, rowCount)
        default: return try representativeness(column, rowCount)
        }
    }

    private func undefined(_ reason: String, _ rows: Int) -> CheckResult {
        setting.result(value: nil, rows: rows, undefined: reason)
    }

    private func dominant(_ column: ColumnStatistics, _ rows: Int) -> CheckResult {
        guard column.presentCount > 0 else { return undefined("no row has a value", rows) }
        guard let top = column.counts.top(1)?.first else {
            return undefined("there are more than \(ValueCounts.limit) distinct numbers, which are not counted one by one", rows)
        }
        return setting.result(value: Double(top.count) / Double(column.presentCount), rows: rows)
    }

    /// Tukey's fences around the quartiles (numpy's linear quantiles), or so many deviations (pandas') from the mean.
    private func outliers(_ column: ColumnStatistics, _ rows: Int) -> CheckResult {
        guard column.type.domain == .numbers, column.type != .boolean else { return undefined("it holds no measured numbers", rows) }
        guard column.presentCount > 0 else { return undefined("no row has a value", rows) }
        let sorted = column.quantiles.sorted()
        let factor = setting.number("factor")
        let low: Double
        let high: Double
        if setting.text("method") == "iqr" {
            guard let first = sorted.quantile(0.25), let third = sorted.quantile(0.75), (third - first).isFinite else {
                return undefined("its quartiles are not finite", rows)
            }
            low = first - factor * (third - first)
            high = third + factor * (third - first)
        } else {
            guard let mean = column.moments.mean, let deviation = column.moments.standardDeviation else {
                return undefined("its mean and deviation are not finite numbers", rows)
            }
            low = mean - factor * deviation
            high = mean + factor * deviation
        }
        let below = sorted.countBelow(low)
        let above = sorted.count - sorted.countBelow(high, orEqual: true)
        let present = Double(column.presentCount)
        return setting.result(
            value: Double(below + above) / present, measure: "share_of_values",
            groups: [
                CheckResult.Group(group: "below", count: below, value: Double(below) / present),
                CheckResult.Group(group: "above", count: above, value: Double(above) / present),
            ], rows: rows)
    }

    private func shares(_ column: ColumnStatistics) -> [CheckResult.Group]? {
        guard let values = column.counts.sorted(), values.count <= 1_000 else { return nil }
        return values.map {
            CheckResult.Group(group: $0.value.name, count: $0.count, value: Double($0.count) / Double(column.presentCount))
        }
    }

    private func balance(_ column: ColumnStatistics, _ rows: Int) -> CheckResult {
        guard let groups = shares(column) else { return undefined("more than 1,000 distinct values are no classes", rows) }
        guard groups.count >= 2, let least = groups.map(\.count).min(), let most = groups.map(\.count).max() else {
            return undefined("it has \(groups.count == 1 ? "one class" : "no value")", rows)
        }
        return setting.result(value: Double(least) / Double(most), measure: "share_of_values", groups: groups, rows: rows)
    }

    private func normality(_ column: ColumnStatistics, _ rows: Int) -> CheckResult {
        guard column.type.domain == .numbers else { return undefined("it holds no numbers", rows) }
        guard column.quantiles.isExact else {
            return undefined("the test is of at most \(QuantileState.capacity) values", rows)
        }
        guard column.moments.infiniteCount == 0, let value = NormalityTest.pValue(column.quantiles.sorted().values) else {
            return undefined("the test needs \(NormalityTest.leastCount) finite values that are not all equal", rows)
        }
        return setting.result(value: value, rows: rows)
    }

    /// Half the sum over values of the distance of its share from the population's.
    private func representativeness(_ column: ColumnStatistics, _ rows: Int) throws(AssayError) -> CheckResult {
        var population: [Text: Double] = [:]
        for part in setting.text("population").string.split(separator: ",") {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count >= 2, let written = pair.last, let share = Double(written.filter { $0 != " " }), share >= 0, share.isFinite
            else {
                throw AssayError(
                    .invalidArgument, "'population' of \(setting.descriptor.id) is VALUE=SHARE, separated by commas, as f=0.51,m=0.49")
            }
            let name = pair.dropLast().joined(separator: "=").drop { $0 == " " }
            population[Text(String(name)), default: 0] += share
        }
        let total = population.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        guard total > 0 else { throw AssayError(.invalidArgument, "'population' of \(setting.descriptor.id) has no share above 0") }
        guard column.presentCount > 0, let groups = shares(column) else {
            return undefined("it has no value, or more than 1,000", rows)
        }
        var distance = 0.0
        for group in groups { distance += abs((group.value ?? 0) - (population[group.group] ?? 0) / total) }
        for (name, share) in population.sorted(by: { $0.key < $1.key }) where !groups.contains(where: { $0.group == name }) {
            distance += share / total
        }
        return setting.result(value: distance / 2, measure: "share_of_values", groups: groups, rows: rows)
    }
}
