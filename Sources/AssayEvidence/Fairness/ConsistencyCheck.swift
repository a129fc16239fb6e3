import AssayColumns
import AssayMetrics
import AssayTerms

/// `aif360.consistency`: whether rows with near features have the same outcome: the prediction, or the label where no
/// prediction is named. Rows that lack the outcome or a feature are left out.
struct ConsistencyCheck: ColumnCheck {
    static let id = "aif360.consistency"

    private let setting: ColumnCheckSetting
    private let names: [Text]
    private var coder = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
    /// The codes are the coder's, or 0 and 1 of a score held against the cutoff.
    private var rows: FeatureRows

    init(_ setting: ColumnCheckSetting) throws(AssayError) {
        self.setting = setting
        names = Self.features(setting.options)
        rows = FeatureRows(names, limit: NeighborConsistency.rowLimit(columnCount: names.count))
        for name in names { try setting.require(name) }
    }

    /// The columns that say which rows are alike.
    static func features(_ options: [Text: Text]) -> [Text] { options["features"].map { ColumnList.texts($0.string) } ?? [] }

    /// Everything it reads.
    static func columns(_ check: CheckRequest, _ request: EvidenceRequest) -> [Text] {
        features(check.options) + [outcome(request)].compactMap { $0 }
    }

    private static func outcome(_ request: EvidenceRequest) -> Text? {
        request.prediction ?? request.score ?? (request.outcome == .label ? request.label : nil)
    }

    private var isScored: Bool { setting.request.prediction == nil && setting.request.score != nil }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        guard let name = Self.outcome(setting.request), let column = block[name] else { return }
        var codes: [Int32]
        if isScored {
            let numbers = try NumberColumn(column)
            codes = numbers.values.indices.map { row in
                numbers.validity?[row] ?? true ? (numbers.values[row] >= setting.request.cutoff ? 1 : 0) : ValueCoder.missing
            }
        } else {
            codes = try coder.codes(of: column)
        }
        try rows.add(codes, of: block)
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        var result = setting.result(value: nil, rows: rows.codes.count)
        result.excluded.missingPrediction = rows.missingCodeCount
        if rows.missingFeatureCount > 0 { result.details["missing_features"] = .integer(Int64(rows.missingFeatureCount)) }
        let neighbors = Int(setting.number("n_neighbors"))
        guard Self.outcome(setting.request) != nil else {
            result.undefined = "it takes predictions from a column, and none is named"
            return result
        }
        guard !rows.isTooMany else {
            result.undefined = "there are more than \(NeighborConsistency.rowLimit(columnCount: names.count)) rows, too many to find the nearest of each by \(names.count) columns; draw a sample"
            return result
        }
        guard rows.codes.count >= neighbors else {
            result.undefined = "fewer than \(neighbors) rows have the outcome and all features"
            return result
        }
        let coding = isScored ? nil : try coder.binaryCoding(positive: setting.request.positive)
        let values = rows.codes.map { code in Double(coding?.code(from: code) ?? UInt8(code)) }
        result.value = NeighborConsistency.value(features: rows.features, outcomes: values, neighbors: neighbors)
        return result
    }
}

extension CheckCatalogue {
    package static let consistencyId = ConsistencyCheck.id

    static let consistency = [
        CheckDescriptor(
            id: ConsistencyCheck.id, convention: .aif360, direction: .higherIsBetter, kind: .whole, needs: [.prediction],
            options: [
                CheckOption("features", .text, standard: nil),
                CheckOption("n_neighbors", .number(least: 1, greatest: 1_000), standard: "5"),
            ],
            sentence: "How far rows have the outcome of the rows most like them; 1 where all do.",
            source: "AIF360 0.6 aif360.metrics.BinaryLabelDatasetMetric.consistency", least: 0, greatest: 1)
    ]
}
