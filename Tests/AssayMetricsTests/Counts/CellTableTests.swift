import AssayMetrics
import Testing

/// The goal: no row lost or counted twice, whatever the block lengths, the number of groups and the cuts. The method: a
/// plain dictionary count as the oracle, seeded rows, boundary lengths, and every cut of a table into two blocks.
@Suite struct CellTableTests {
    struct Rows {
        var labels: [UInt8] = []
        var predictions: [UInt8] = []
        var groups: [Int32] = []
        var weights: [Double] = []

        init(count: Int, groupCount: Int, seed: UInt64 = 1) {
            var generator = SplitMix64(seed: seed)
            for _ in 0..<count {
                labels.append(UInt8(generator.next() % 3))
                predictions.append(UInt8(generator.next() % 3))
                groups.append(Int32(generator.next() % UInt64(groupCount + 1)) - 1)
                // Whole weights, so that sums are exact in any order.
                weights.append(Double(generator.next() % 5))
            }
        }

        func block(_ range: Range<Int>, weighted: Bool) -> OutcomeBlock {
            OutcomeBlock(
                labels: labels.span.extracting(range), predictions: predictions.span.extracting(range),
                weights: weighted ? Array(weights[range]) : nil)
        }

        func table(_ range: Range<Int>, groupCount: Int, weighted: Bool) -> CellTable {
            CellTable(block(range, weighted: weighted), groups: groups.span.extracting(range), groupCount: groupCount)
        }

        func amount(_ group: Int, _ label: UInt8, _ prediction: UInt8, weighted: Bool) -> Double {
            labels.indices.reduce(0) { sum, row in
                let hit = groups[row] == group && labels[row] == label && predictions[row] == prediction
                return sum + (hit ? (weighted ? weights[row] : 1) : 0)
            }
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 1000], [false, true])
    func countsEveryRowOnce(count: Int, weighted: Bool) {
        let groupCount = 3
        let rows = Rows(count: count, groupCount: groupCount)
        let table = rows.table(0..<count, groupCount: groupCount, weighted: weighted)
        var covered = 0
        for group in CellTable.missingGroup..<groupCount {
            let confusion = table.confusion(group: group)
            #expect(confusion.trueNegatives == rows.amount(group, 0, 0, weighted: weighted))
            #expect(confusion.falsePositives == rows.amount(group, 0, 1, weighted: weighted))
            #expect(confusion.falseNegatives == rows.amount(group, 1, 0, weighted: weighted))
            #expect(confusion.truePositives == rows.amount(group, 1, 1, weighted: weighted))
            let parts =
                confusion.rowCount + table.missingLabelCount(group: group)
                + table.missingPredictionCount(group: group)
            #expect(parts == table.rowCount(group: group))
            covered += parts
        }
        #expect(covered == count)
    }

    @Test(arguments: [0, 1, 8, 17], [false, true])
    func everyCutGivesTheWhole(count: Int, weighted: Bool) {
        let rows = Rows(count: count, groupCount: 2)
        let whole = rows.table(0..<count, groupCount: 2, weighted: weighted)
        for cut in 0...count {
            var merged = rows.table(0..<cut, groupCount: 2, weighted: weighted)
            merged.merge(rows.table(cut..<count, groupCount: 2, weighted: weighted))
            #expect(merged == whole)
        }
    }

    /// A group that first appears in a later block widens the table.
    @Test func growsWithItsGroups() {
        let rows = Rows(count: 200, groupCount: 5)
        var early = Rows(count: 50, groupCount: 1, seed: 9)
        var merged = early.table(0..<50, groupCount: 1, weighted: true)
        merged.merge(rows.table(0..<200, groupCount: 5, weighted: true))
        early.labels += rows.labels
        early.predictions += rows.predictions
        early.groups += rows.groups
        early.weights += rows.weights
        #expect(merged == early.table(0..<250, groupCount: 5, weighted: true))
    }

    /// More groups than the unrolled tables take.
    @Test func countsManyGroups() {
        let groupCount = 2_000
        let rows = Rows(count: 5_001, groupCount: groupCount)
        let table = rows.table(0..<5_001, groupCount: groupCount, weighted: false)
        var expected = [Int](repeating: 0, count: groupCount + 1)
        for group in rows.groups { expected[Int(group) + 1] += 1 }
        #expect((-1..<groupCount).map { table.rowCount(group: $0) } == expected)
    }

    @Test(arguments: [0, 1, 5, 64, 1001], [false, true])
    func oneGroupForAll(count: Int, weighted: Bool) {
        var rows = Rows(count: count, groupCount: 1)
        rows.groups = [Int32](repeating: 0, count: count)
        #expect(
            CellTable(rows.block(0..<count, weighted: weighted))
                == rows.table(0..<count, groupCount: 1, weighted: weighted))
    }

    @Test(arguments: [-0.5, .nan, .infinity, -.infinity])
    func refusesWeight(weight: Double) {
        let weights = [1, 0, weight]
        #expect {
            try Weights.check(weights.span, firstRow: 65_536)
        } throws: { error in
            "\(error)".contains("row 65538") && !"\(error)".contains("0.5")
        }
    }
}
