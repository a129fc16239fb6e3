import AssayColumns
import AssayData
import AssayMetrics
package import AssayTerms

/// How often data sets without any change are called drifted, by seeded simulation: strict mode's rule, and Evidently's
/// default beside it. The code path of `scripts/simulate` and of a small test; it is no part of any result.
package struct DriftSimulation: Sendable {
    package struct Rates: Sendable, Equatable {
        /// Of data sets in which strict mode called a column.
        package var strict = 0.0
        /// Of data sets in which Evidently's default called a column.
        package var evidentlyColumn = 0.0
        /// Of data sets that Evidently's default called drifted (half of the columns).
        package var evidentlyDataset = 0.0
    }

    /// What the columns hold, each independent of the others.
    package enum Kind: String, Sendable, CaseIterable {
        /// Uniform. Ranks decide about numbers, so their shape does not matter but for ties.
        case numeric
        /// Of exponential shape, rounded to a tenth.
        case ties
        /// Texts of five values.
        case categorical
        /// Three fifths numeric, a fifth each of the others.
        case mixed

        fileprivate func kind(ofColumn column: Int) -> Kind {
            guard self == .mixed else { return self }
            return switch column % 5 {
            case 3: .ties
            case 4: .categorical
            default: .numeric
            }
        }
    }

    private let referenceRows: Int
    private let currentRows: Int
    private let columns: Int
    private let kind: Kind

    /// - Precondition: all counts are positive.
    package init(referenceRows: Int, currentRows: Int, columns: Int = 20, kind: Kind = .mixed) {
        precondition(referenceRows > 0 && currentRows > 0 && columns > 0, "a simulation needs rows and columns")
        self.referenceRows = referenceRows
        self.currentRows = currentRows
        self.columns = columns
        self.kind = kind
    }

    /// Repetitions have seeds of their own, so the rates do not depend on how many threads there are.
    ///
    /// - Complexity: O(`repetitions` × rows × columns).
    package func rates(repetitions: Int, seed: UInt64) throws(AssayError) -> Rates {
        var strict = DriftRequest(reference: .data(DataFile(path: "")), current: DataFile(path: ""))
        strict.mode = .strict
        var evidently = strict
        evidently.mode = .evidently
        var seeds = SplitMix64(seed: seed)
        let own = (0..<repetitions).map { _ in seeds.next() }
        let calls = try OwnThread.map(count: repetitions) { [strict, evidently] index throws(AssayError) in
            try once(SplitMix64(seed: own[index]), strict, evidently)
        }
        let count = Double(repetitions)
        return Rates(
            strict: Double(calls.count { $0.strict }) / count, evidentlyColumn: Double(calls.count { $0.column }) / count,
            evidentlyDataset: Double(calls.count { $0.dataset }) / count)
    }

    private func once(
        _ generator: SplitMix64, _ strict: DriftRequest, _ evidently: DriftRequest
    ) throws(AssayError) -> (strict: Bool, column: Bool, dataset: Bool) {
        var generator = generator
        let rule = StrictRule(strict)
        var examined: [StrictRule.Judged] = []
        var drifted = 0
        for column in 0..<columns {
            let pair = try DriftPair(
                reference: side(column, referenceRows, &generator), current: side(column, currentRows, &generator))
            examined.append(rule.examine(pair))
            if EvidentlyRule.answer(pair, evidently)?.isDrift == true { drifted += 1 }
        }
        return (rule.decide(examined).columns.contains(where: \.isDrift), drifted > 0, 2 * drifted >= columns)
    }

    private func side(_ column: Int, _ rows: Int, _ generator: inout SplitMix64) -> DriftSide {
        let name = Text("c\(column)")
        let kind = kind.kind(ofColumn: column)
        guard kind != .categorical else {
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
            return kind == .numeric ? draw : (-naturalLogarithm(1 - draw) * 10).rounded() / 10
        }
        return DriftSide(
            name: name, type: .double, values: .numbers(.rows(values), isWhole: false), presentCount: rows, missingCount: 0)
    }
}
