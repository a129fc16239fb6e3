import AssayColumns
import AssayTerms
import Testing

@testable import AssayMetrics

/// The goal: what is counted of rows as they come is what sorted rows give. The method: values on edges and beside them, and
/// samples of few and many values.
@Suite struct UnsortedRowsTests {
    private func samples(_ generator: inout SplitMix64) -> [([Double], [Double])] {
        func rows(_ count: Int, _ draw: (inout SplitMix64) -> Double) -> [Double] { (0..<count).map { _ in draw(&generator) } }
        return [
            (rows(1_000) { $0.nextUnit() }, rows(700) { $0.nextUnit() * 1.2 }),
            (rows(1_000) { ($0.nextUnit() * 30).rounded() }, rows(900) { ($0.nextUnit() * 33).rounded() - 2 }),
            (rows(300) { ($0.nextUnit() - 0.5) * 1e-300 }, rows(300) { ($0.nextUnit() - 0.5) * 1e-300 }),
            (rows(300) { ($0.nextUnit() - 0.5) * 1e308 }, rows(300) { $0.nextUnit() * 1e300 }),
            ([4], [4]), ([-0.0, 0], [0]), ([0x1p-1074, 0], [0]),
        ]
    }

    @Test func binsOfRowsAreBinsOfSortedRows() {
        var generator = SplitMix64(seed: 5)
        for (reference, current) in samples(&generator) {
            let all = (reference + current).sorted()
            for areWhole in [false, true] {
                let edges = SturgesBins.edges(least: all[0], greatest: all[all.count - 1], count: all.count, areWhole: areWhole)
                // Values on every edge and right beside it.
                let beside = edges.flatMap { [$0.nextDown, $0, $0.nextUp] }.filter { $0 >= all[0] && $0 <= all[all.count - 1] }
                let rows = (reference + beside).shuffled(using: &generator)
                let sorted = SturgesBins.counts(PooledSample(reference: rows, current: current), edges: edges)
                #expect(SturgesBins.counts(reference: rows, current: current, edges: edges) == sorted)
                #expect(sorted.referenceTotal == rows.count && sorted.currentTotal == current.count)
            }
        }
    }

    @Test func distinctValuesAreCountedAsFarAsAsked() {
        var generator = SplitMix64(seed: 6)
        for (reference, _) in samples(&generator) {
            let distinct = Set(reference).count
            let rows = SampleNumbers.rows(reference)
            let counted = SampleNumbers.counted(rows.counted)
            for limit in [0, 1, 2, 20, distinct - 1, distinct, distinct + 1] where limit >= 0 {
                #expect(rows.hasMoreDistinctValues(than: limit) == (distinct > limit))
                #expect(counted.hasMoreDistinctValues(than: limit) == (distinct > limit))
            }
            #expect(rows.range == counted.range && rows.count == counted.count)
        }
        #expect(SampleNumbers.rows([]).range == nil && !SampleNumbers.rows([]).hasMoreDistinctValues(than: 0))
    }

    @Test func statesKeepFiniteNumbersAndCountTheOthers() throws {
        var generator = SplitMix64(seed: 7)
        for size in [0, 1, 63, 64, 65, 1_000] {
            let rows = (0..<size).map { _ -> Double in
                switch generator.next() % 5 {
                case 0: .nan
                case 1: .infinity
                case 2: -.infinity
                default: generator.nextUnit()
                }
            }
            let present = rows.map { _ in generator.next() % 3 > 0 }
            for validity in [nil, Validity(present)] {
                let isPresent: (Int) -> Bool = { validity?[$0] ?? true }
                var state = NumericState(expectedRows: size)
                try state.add(Column(name: "a", values: .double(rows), validity: validity))
                #expect(state.values == rows.indices.filter { isPresent($0) && rows[$0].isFinite }.map { rows[$0] })
                #expect(state.infiniteCount == rows.indices.count { isPresent($0) && rows[$0].isInfinite })
                #expect(state.missingCount == rows.indices.count { !isPresent($0) || rows[$0].isNaN })
            }
        }
    }
}
