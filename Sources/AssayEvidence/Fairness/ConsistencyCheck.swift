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
    private var features: [[Double]]
    /// By row: the coder's code, or 0 and 1 of a score held against the cutoff.
    private var outcomes: [Int32] = []
    private var missingOutcomes = 0
    private var missingFeatures = 0
    private var excess = false

    init(_ setting: ColumnCheckSetting) throws(AssayError) {
        self.setting = setting
        names = Self.features(setting.options)
        features = [[Double]](repeating: [], count: names.count)
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
        guard !excess, let name = Self.outcome(setting.request), let column = block[name] else { return }
        var codes: [Int32]
        if isScored {
            let numbers = try NumberColumn(column)
            codes = numbers.values.indices.map { row in
                numbers.validity?[row] ?? true ? (numbers.values[row] >= setting.request.cutoff ? 1 : 0) : ValueCoder.missing
            }
        } else {
            codes = try coder.codes(of: column)
        }
        var columns: [NumberColumn] = []
        for name in names {
            guard let column = block[name] else { return }
            columns.append(try NumberColumn(column))
        }
        for row in codes.indices {
            guard codes[row] >= 0 else {
                missingOutcomes += 1
                continue
            }
            guard columns.allSatisfy({ ($0.validity?[row] ?? true) && $0.values[row].isFinite }) else {
                missingFeatures += 1
                continue
            }
            outcomes.append(codes[row])
            for index in columns.indices { features[index].append(columns[index].values[row]) }
        }
        if outcomes.count > NeighborConsistency.rowLimit {
            excess = true
            features = []
        }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        var result = setting.result(value: nil, rows: outcomes.count)
        result.excluded.missingPrediction = missingOutcomes
        if missingFeatures > 0 { result.details["missing_features"] = .integer(Int64(missingFeatures)) }
        let neighbors = Int(setting.number("n_neighbors"))
        guard Self.outcome(setting.request) != nil else {
            result.undefined = "it takes predictions from a column, and none is named"
            return result
        }
        guard !excess else {
            result.undefined = "there are more than \(NeighborConsistency.rowLimit) rows, too many to compare all pairs of; draw a sample"
            return result
        }
        guard outcomes.count >= neighbors else {
            result.undefined = "fewer than \(neighbors) rows have the outcome and all features"
            return result
        }
        let coding = isScored ? nil : try coder.binaryCoding(positive: setting.request.positive)
        let values = outcomes.map { code in Double(coding?.code(from: code) ?? UInt8(code)) }
        result.value = NeighborConsistency.value(features: features, outcomes: values, neighbors: neighbors)
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
