import AssayColumns
import AssayMetrics
import AssayTerms

/// The `quality.*` checks that hold columns against the label: leakage and label errors.
struct LabelCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private var labels = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
    private var labelCodes: [Int32] = []
    private var features: [(name: Text, values: [Double], coder: ValueCoder?)] = []

    init(_ setting: ColumnCheckSetting) { self.setting = setting }

    private var isLeakage: Bool { setting.descriptor.id == "quality.leakage_auc" }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        guard let name = setting.request.label, let label = block[name] else { return }
        labelCodes += try labels.codes(of: label)
        if features.isEmpty {
            let others = [name, setting.request.prediction, setting.request.score, setting.request.weight].compactMap { $0 }
            let read =
                isLeakage
                ? block.columns.filter { column in setting.column.map { $0 == column.name } ?? !others.contains(column.name) }
                : block.columns.filter { $0.name == setting.request.score }
            features = read.map { ($0.name, [], $0.type == .text ? ValueCoder(maximumValueCount: 1_000_000) : nil) }
        }
        for index in features.indices {
            guard let column = block[features[index].name] else { continue }
            if column.type == .text {
                features[index].values += try (features[index].coder?.codes(of: column) ?? []).map { $0 < 0 ? .nan : Double($0) }
            } else if case .timestamp(let times) = column.values {
                for row in times.indices { features[index].values.append(column.isPresent(row) ? Double(times[row]) : .nan) }
            } else {
                let numbers = try NumberColumn(column)
                for row in numbers.values.indices {
                    features[index].values.append(numbers.validity?[row] ?? true ? numbers.values[row] : .nan)
                }
            }
        }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        if isLeakage, let column = setting.column { try setting.require(column) }
        let coding = try labels.binaryCoding(positive: setting.request.positive)
        let labels = coding.codes(from: labelCodes)
        return isLeakage ? leakage(labels, rowCount) : errors(labels, rowCount)
    }

    /// For each column the area under the curve of that column alone, by its better direction; text by its values' share of
    /// positive rows. Rows without a value or label are left out.
    private func leakage(_ labels: [UInt8], _ rowCount: Int) -> CheckResult {
        var groups: [CheckResult.Group] = []
        for feature in features {
            var scores = feature.values
            if feature.coder != nil { scores = Self.encoded(feature.values, labels) }
            let area = ScoreState(labels: labels.span, scores: scores.span).rocAUC.value
            let count = zip(scores, labels).count { !$0.isNaN && $1 != BinaryCoding.missing }
            groups.append(
                CheckResult.Group(group: feature.name, count: count, value: area.map { max($0, 1 - $0) }))
        }
        let worst = groups.compactMap(\.value).max()
        return setting.result(
            value: worst, measure: "roc_auc", groups: groups, rows: rowCount,
            undefined: worst == nil ? "no column has values on rows of both classes" : nil)
    }

    private static func encoded(_ codes: [Double], _ labels: [UInt8]) -> [Double] {
        var positives: [Int: (positive: Int, all: Int)] = [:]
        for (code, label) in zip(codes, labels) where !code.isNaN && label != BinaryCoding.missing {
            positives[Int(code), default: (0, 0)].positive += label == BinaryCoding.positive ? 1 : 0
            positives[Int(code), default: (0, 0)].all += 1
        }
        return codes.map { code in
            guard !code.isNaN, let share = positives[Int(code)] else { return .nan }
            return Double(share.positive) / Double(share.all)
        }
    }

    private func errors(_ labels: [UInt8], _ rowCount: Int) -> CheckResult {
        guard setting.request.score != nil else {
            return setting.result(value: nil, rows: rowCount, undefined: "it takes probabilities from a column of scores, and none is named")
        }
        var learning = ConfidentLearning()
        for (label, score) in zip(labels, features.first?.values ?? []) where label != BinaryCoding.missing && !score.isNaN {
            guard (0...1).contains(score) else {
                return setting.result(value: nil, rows: rowCount, undefined: "a score lies outside 0 to 1, so it is no probability")
            }
            learning.add(label: label, score: score)
        }
        guard let suspects = learning.suspects else {
            return setting.result(value: nil, rows: rowCount, undefined: "one of the two classes has no row")
        }
        let count = Double(learning.rowCount)
        return setting.result(
            value: Double(suspects.negatives + suspects.positives) / count, measure: "share_of_rows",
            groups: [
                CheckResult.Group(group: "labelled negative", count: suspects.negatives, value: Double(suspects.negatives) / count),
                CheckResult.Group(group: "labelled positive", count: suspects.positives, value: Double(suspects.positives) / count),
            ], rows: learning.rowCount)
    }
}
