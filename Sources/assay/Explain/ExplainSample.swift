import AssayColumns
import AssayExplain
import AssayMetrics
import AssayModels
import AssayTerms

/// Explained rows that are drawn: a sample of all of them by chance and a seed, and those that were asked for by number.
struct ExplainSample {
    /// One explained row.
    struct Row {
        /// In the data set, from 0.
        let number: Int
        /// By score, then by feature.
        let attributions: [[Double]]
        let bases: [Double]
        /// By feature; `nil` where it has no value, or where the feature is no input.
        let values: [ColumnValue?]
        let prediction: String
        let reasons: ReasonTable.RowReasons?
    }

    /// Rows that are drawn as points.
    static let limit = 1_000
    /// Rows that can be asked for.
    static let chosenLimit = 50

    private let names: [Text]
    private let wanted: Set<Int>
    /// Whether somebody named those rows.
    private let isNamed: Bool
    private var generator: SplitMix64
    private var slots: [Row] = []
    private(set) var chosen: [Row] = []
    private(set) var rowCount = 0
    /// Of all rows, by score and feature: what `FeatureImportance` divides by, so that classes are told apart.
    private(set) var magnitudes: [[Double]] = []

    /// - Parameter wanted: numbers of rows that are drawn one by one.
    init(names: [Text], wanted: [Int], isNamed: Bool, seed: UInt64) {
        self.names = names
        self.isNamed = isNamed
        self.wanted = Set(wanted)
        generator = SplitMix64(seed: seed)
    }

    /// - Throws: `invalidArgument` where a row was named that is not there.
    func requireChosen() throws(AssayError) {
        guard isNamed, let missing = wanted.filter({ $0 >= rowCount }).min() else { return }
        throw AssayError(.invalidArgument, "--report-rows names row \(missing), and the data has \(rowCount) rows, counted from 0")
    }

    /// In the order of the data set.
    var rows: [Row] { slots.sorted { $0.number < $1.number } }

    /// - Source: Vitter 1985, algorithm R.
    mutating func add(_ explained: RowExplainer.Explained, _ block: RowBlock, reasons: [ReasonTable.RowReasons]?) {
        let explanation = explained.explanation
        if magnitudes.isEmpty {
            magnitudes = explanation.baseValues.map { _ in [Double](repeating: 0, count: names.count) }
        }
        let columns = names.map { block[$0] }
        for row in 0..<explanation.rowCount {
            let number = rowCount
            rowCount += 1
            for score in explanation.baseValues.indices {
                for (feature, value) in explanation.attributions(row: row, score: score).enumerated() { magnitudes[score][feature] += value.magnitude }
            }
            var place: Int?
            if slots.count < Self.limit {
                place = slots.count
            } else {
                let drawn = Int(generator.nextUnit() * Double(number + 1))
                if drawn < Self.limit { place = drawn }
            }
            guard place != nil || wanted.contains(number) else { continue }
            let kept = Row(
                number: number, attributions: explanation.baseValues.indices.map { Array(explanation.attributions(row: row, score: $0)) },
                bases: explanation.baseValues.indices.map { explanation.base(row: row, score: $0) },
                values: columns.map { $0?.value(at: row) }, prediction: explained.predictions.value(at: row)?.name.string ?? "",
                reasons: reasons?[row])
            if let place {
                if place < slots.count { slots[place] = kept } else { slots.append(kept) }
            }
            if wanted.contains(number) { chosen.append(kept) }
        }
    }
}
