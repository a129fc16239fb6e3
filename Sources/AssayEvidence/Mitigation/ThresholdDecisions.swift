import AssayColumns
import AssayMetrics
package import AssayTerms

/// Decisions by thresholds in place of a cutoff: what evidence looks at where thresholds decide what is served.
package struct ThresholdDecisions: Hashable, Sendable {
    package var document: ThresholdDocument
    /// Of the document's file.
    package var digest: SHA256Digest
    /// The column whose value a row is drawn by; its number where there is none.
    package var key: Text?

    package init(document: ThresholdDocument, digest: SHA256Digest, key: Text? = nil) {
        self.document = document
        self.digest = digest
        self.key = key
    }

    var columns: [Text] { [document.source.column] + [key].compactMap { $0 } }

    /// Draws of evidence are made with this seed; which one is served with does not change how groups fare.
    static let seed: UInt64 = 0
}

extension ThresholdRule {
    /// Whether a row is positive: its probability exceeds what is drawn for it, and nothing is drawn where that is certain.
    package func decision(
        _ score: Double, unit: () throws(AssayError) -> Double
    ) throws(AssayError) -> (isPositive: Bool, probability: Double) {
        let probability = self.probability(score)
        if probability > 0, probability < 1 { return (try unit() < probability, probability) }
        return (probability == 1, probability)
    }
}

/// Decides the rows of blocks, one block after the other.
struct ThresholdDecider {
    let decisions: ThresholdDecisions
    private let draw = RowDraw(seed: ThresholdDecisions.seed)
    private var groups = ValueCoder()

    init(_ decisions: ThresholdDecisions) { self.decisions = decisions }

    /// 1 and 0, or `BinaryCoding.missing` for rows without a score or a group that has thresholds.
    mutating func codes(_ scores: [Double], of block: RowBlock) throws(AssayError) -> [UInt8] {
        let document = decisions.document
        let column = try block.required(document.source.column)
        let places: [Int?]
        let names = document.groups.map(\.name)
        switch document.source {
        case .rule(let rule):
            let own = GroupSource.ruleNames.map { names.firstIndex(of: $0) }
            places = try rule.codes(of: column).map { $0 == ValueCoder.missing ? nil : own[Int($0)] }
        case .column:
            let codes = try groups.codes(of: column)
            let own = groups.values.map { value in names.firstIndex(of: value.name) }
            places = codes.map { $0 == ValueCoder.missing ? nil : own[Int($0)] }
        }
        let keys = try decisions.key.map { name throws(AssayError) in try block.required(name) }
        var decided = [UInt8](repeating: BinaryCoding.missing, count: block.rowCount)
        for row in decided.indices {
            guard let place = places[row], !scores[row].isNaN else { continue }
            let (isPositive, _) = try document.groups[place].rule.decision(scores[row]) { () throws(AssayError) in
                draw.unit(try ThresholdApplication.rowKey(keys, row, block.firstRow))
            }
            decided[row] = isPositive ? BinaryCoding.positive : BinaryCoding.negative
        }
        return decided
    }
}
