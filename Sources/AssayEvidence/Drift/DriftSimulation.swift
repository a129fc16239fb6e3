import AssayColumns
import AssayMetrics
package import AssayTerms

/// How often data sets without any change are called drifted, by seeded simulation: strict mode's rule, and Evidently's
/// default beside it. The code path of `scripts/simulate` and of a small test; it is no part of any result.
package struct DriftSimulation: Sendable {
    package struct Rates: Sendable {
        /// Of data sets in which strict mode called a column.
        package var strict = 0.0
        /// Of data sets in which Evidently's default called a column.
        package var evidentlyColumn = 0.0
        /// Of data sets that Evidently's default called drifted (half of the columns).
        package var evidentlyDataset = 0.0
    }

    private let referenceRows: Int
    private let currentRows: Int

    /// - Precondition: both are positive.
    package init(referenceRows: Int, currentRows: Int) {
        precondition(referenceRows > 0 && currentRows > 0, "a simulation needs rows")
        self.referenceRows = referenceRows
        self.currentRows = currentRows
    }

    /// Twenty independent columns: twelve uniform, four of exponential shape rounded to a tenth, four of five categories.
    /// Ranks decide about numbers, so their shape does not matter but for ties.
    ///
    /// - Complexity: O(`repetitions` × rows).
    package func rates(repetitions: Int, seed: UInt64) throws(AssayError) -> Rates {
        var generator = SplitMix64(seed: seed)
        var strict = DriftRequest(reference: .data(DataFile(path: "")), current: DataFile(path: ""))
        strict.mode = .strict
        var evidently = strict
        evidently.mode = .evidently
        var called = (strict: 0, column: 0, dataset: 0)
        for _ in 0..<repetitions {
            var pairs: [DriftPair] = []
            for column in 0..<20 {
                pairs.append(
                    try DriftPair(
                        reference: Self.side(column, referenceRows, &generator),
                        current: Self.side(column, currentRows, &generator)))
            }
            let rule = StrictRule(strict)
            if rule.decide(pairs.map(rule.examine)).columns.contains(where: \.isDrift) { called.strict += 1 }
            let drifted = pairs.count { EvidentlyRule.answer($0, evidently)?.isDrift == true }
            if drifted > 0 { called.column += 1 }
            if 2 * drifted >= pairs.count { called.dataset += 1 }
        }
        let count = Double(repetitions)
        return Rates(
            strict: Double(called.strict) / count, evidentlyColumn: Double(called.column) / count,
            evidentlyDataset: Double(called.dataset) / count)
    }

    private static func side(_ column: Int, _ rows: Int, _ generator: inout SplitMix64) -> DriftSide {
        let name = Text("c\(column)")
        guard column < 16 else {
            let shares = [0.4, 0.65, 0.85, 0.95, 1]
            var counts = [Int](repeating: 0, count: shares.count)
            for _ in 0..<rows {
                let draw = generator.nextUnit()
                counts[shares.firstIndex { draw < $0 } ?? 4] += 1
            }
            let texts = counts.enumerated().filter { $0.element > 0 }.map { (text: Text("v\($0.offset)"), count: $0.element) }
            return DriftSide(name: name, type: .text, values: .texts(texts), presentCount: rows, missingCount: 0)
        }
        let values = (0..<rows).map { _ in
            let draw = generator.nextUnit()
            return column < 12 ? draw : (-naturalLogarithm(1 - draw) * 10).rounded() / 10
        }
        return DriftSide(
            name: name, type: .double, values: .numbers(.rows(values), isWhole: false), presentCount: rows,
            missingCount: 0)
    }
}
