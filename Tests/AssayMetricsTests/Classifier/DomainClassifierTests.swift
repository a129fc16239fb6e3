import AssayMetrics
import AssayTerms
import Testing

/// The goal: a fit is the minimum it claims, and samples that differ are told apart. The method: the gradient at the fit,
/// and samples that are far apart or the same. scikit-learn's numbers stand in Tests/Reference/test_domain_classifier.py.
@Suite struct DomainClassifierTests {
    private func table(_ rows: [[Double]]) -> SparseRows {
        var table = SparseRows(width: rows[0].count)
        for row in rows { table.append(row.enumerated().map { (column: $0, value: $1) }) }
        return table
    }

    @Test func theGradientVanishesAtTheFit() {
        var generator = SplitMix64(seed: 4)
        let rows = (0..<80).map { _ in (0..<3).map { _ in generator.nextUnit() * 4 - 2 } }
        let labels = rows.map { UInt8($0[0] + $0[1] + generator.nextUnit() > 0.5 ? 1 : 0) }
        let table = table(rows)
        let weights = RidgeLogistic.fit(table, rows: Array(rows.indices), labels: labels)
        var gradient = [weights[0], weights[1], weights[2], 0]
        for (row, values) in rows.enumerated() {
            let residual = logistic(RidgeLogistic.score(table, row: row, weights)) - Double(labels[row])
            for column in 0..<3 { gradient[column] += residual * values[column] }
            gradient[3] += residual
        }
        #expect(gradient.allSatisfy { abs($0) < 1e-4 }, "\(gradient)")
        #expect(weights[0] > 0.5 && weights[1] > 0.5)
    }

    @Test func whatDiffersIsToldApart() throws {
        var generator = SplitMix64(seed: 9)
        let first = (0..<100).map { _ in [generator.nextUnit(), generator.nextUnit()] }
        let second = (0..<120).map { _ in [generator.nextUnit() + 5, generator.nextUnit()] }
        let far = try #require(DomainClassifier.answer(table(first + second), firstCount: 100))
        #expect(far.area.value == 1 && far.area.interval == nil && far.pValue < 1e-10)
        let same = try #require(DomainClassifier.answer(table(first + first), firstCount: 100))
        #expect(abs((same.area.value ?? 0) - 0.5) < 0.1 && same.pValue > 0.01)
    }

    @Test func constantRowsAreAlike() throws {
        let rows = [[Double]](repeating: [1, 0], count: 30)
        let answer = try #require(DomainClassifier.answer(table(rows), firstCount: 15))
        #expect(answer.area.value == 0.5 && answer.pValue == 0.5)
    }

    @Test func nineRowsAreTooFew() {
        #expect(DomainClassifier.answer(table([[Double]](repeating: [1], count: 30)), firstCount: 9) == nil)
    }
}
