import AssayMetrics
import AssayTerms
import Foundation
import Testing

/// The goal: AUC with its interval, log loss and Brier score right at every size, with ties, weights and missing rows.
/// The method: the definitions written out over all pairs as the oracle, boundary sizes, every cut, and laws (order of
/// rows, reversed scores).
@Suite struct ScoreStateTests {
    struct Rows {
        var labels: [UInt8] = []
        var scores: [Double] = []
        var weights: [Double] = []

        /// `levels` distinct scores make ties; label 2 and NaN are missing.
        init(count: Int, levels: UInt64 = 11, missing: Bool = true, seed: UInt64 = 5) {
            var generator = SplitMix64(seed: seed)
            for _ in 0..<count {
                labels.append(UInt8(generator.next() % (missing ? 3 : 2)))
                let score = Double(generator.next() % levels) / Double(levels - 1)
                scores.append(missing && generator.next() % 7 == 0 ? .nan : score)
                weights.append(Double(generator.next() % 4))
            }
        }

        func state(_ range: Range<Int>, weighted: Bool = false) -> ScoreState {
            ScoreState(
                labels: labels.span.extracting(range), scores: scores.span.extracting(range),
                weights: weighted ? Array(weights[range]) : nil)
        }

        func used(weighted: Bool) -> [(label: UInt8, score: Double, weight: Double)] {
            labels.indices.filter { labels[$0] < 2 && !scores[$0].isNaN }
                .map { (labels[$0], scores[$0], weighted ? weights[$0] : 1) }
        }

        /// Weighted wins over weighted pairs, by the definition.
        func area(weighted: Bool) -> Double? {
            let rows = used(weighted: weighted)
            var won = 0.0
            var pairs = 0.0
            for positive in rows where positive.label == 1 {
                for negative in rows where negative.label == 0 {
                    let weight = positive.weight * negative.weight
                    pairs += weight
                    if positive.score > negative.score { won += weight }
                    if positive.score == negative.score { won += weight / 2 }
                }
            }
            return pairs > 0 ? won / pairs : nil
        }
    }

    @Test(arguments: [0, 1, 2, 3, 7, 8, 9, 64, 65, 1023, 1024, 1025, 2500], [false, true])
    func areaIsTheShareOfPairsWon(count: Int, weighted: Bool) {
        let rows = Rows(count: count)
        let area = rows.state(0..<count, weighted: weighted).rocAUC
        let expected = rows.area(weighted: weighted)
        #expect((area.value == nil) == (expected == nil))
        // Halves and whole numbers below 2⁵³ are exact; the one division on each side rounds once.
        if let value = area.value, let expected { #expect(abs(value - expected) <= expected.ulp) }
        if let interval = area.interval, let value = area.value {
            #expect(interval.method == (weighted ? "delong-weighted" : "delong") && interval.low <= value && value <= interval.high)
        }
    }

    @Test(arguments: [12, 100, 1500])
    func intervalIsDeLongs(count: Int) throws {
        let rows = Rows(count: count)
        let used = rows.used(weighted: false)
        let positives = used.filter { $0.label == 1 }.map(\.score)
        let negatives = used.filter { $0.label == 0 }.map(\.score)
        func placements(_ scores: [Double], _ others: [Double]) -> [Double] {
            scores.map { score in
                others.reduce(0) { $0 + ($1 < score ? 1 : $1 == score ? 0.5 : 0) } / Double(others.count)
            }
        }
        func meanVariance(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return squares / Double(values.count - 1) / Double(values.count)
        }
        let area = try #require(rows.area(weighted: false))
        let variance =
            meanVariance(placements(positives, negatives)) + meanVariance(placements(negatives, positives))
        let logit = log(area / (1 - area))
        let half = 1.959963984540054 * variance.squareRoot() / (area * (1 - area))
        let interval = try #require(rows.state(0..<count).rocAUC.interval)
        #expect(interval.method == "delong")
        // A few roundings of numbers near 1 on either side, magnified by at most `half` on the logit scale.
        #expect(abs(interval.low - 1 / (1 + exp(half - logit))) < 1e-13)
        #expect(abs(interval.high - 1 / (1 + exp(-half - logit))) < 1e-13)
    }

    @Test func perfectSeparationHasNoInterval() {
        let labels: [UInt8] = [0, 0, 1, 1]
        for (scores, expected) in [([0.1, 0.2, 0.8, 0.9], 1.0), ([0.9, 0.8, 0.2, 0.1], 0)] {
            let area = ScoreState(labels: labels.span, scores: scores.span).rocAUC
            #expect(area.value == expected)
            #expect(area.interval == nil)
        }
    }

    @Test(arguments: [0, 1, 2, 8, 65, 1000], [false, true])
    func lossesFollowTheirDefinitions(count: Int, weighted: Bool) {
        let rows = Rows(count: count)
        let used = rows.used(weighted: weighted)
        let total = used.reduce(0) { $0 + $1.weight }
        let state = rows.state(0..<count, weighted: weighted)
        guard total > 0 else {
            #expect(state.logLoss.value == nil && state.brier.value == nil)
            return
        }
        let epsilon = 0x1p-52
        let logLoss = used.reduce(0) { sum, row in
            let likelihood = row.label == 1 ? row.score : 1 - row.score
            return sum - row.weight * log(min(max(likelihood, epsilon), 1 - epsilon))
        }
        let brier = used.reduce(0) { $0 + $1.weight * pow(Double($1.label) - $1.score, 2) }
        let tolerance = Double(count + 4) * 0x1p-52
        #expect(abs((state.logLoss.value ?? .nan) - logLoss / total) <= tolerance * logLoss / total)
        #expect(abs((state.brier.value ?? .nan) - brier / total) <= tolerance * brier / total)
    }

    @Test(arguments: [false, true])
    func everyCutGivesTheWhole(weighted: Bool) {
        let count = 40
        let rows = Rows(count: count)
        let whole = rows.state(0..<count, weighted: weighted)
        for cut in 0...count {
            var merged = rows.state(0..<cut, weighted: weighted)
            merged.merge(rows.state(cut..<count, weighted: weighted))
            #expect(merged.rowCount == whole.rowCount)
            #expect(merged.missingLabelCount == whole.missingLabelCount)
            #expect(merged.missingScoreCount == whole.missingScoreCount)
            #expect(merged.rocAUC == whole.rocAUC)
            let difference = abs((merged.logLoss.value ?? .nan) - (whole.logLoss.value ?? .nan))
            #expect(difference <= Double(count) * (whole.logLoss.value ?? .nan).ulp)
        }
    }

    @Test func theOrderOfRowsChangesNoBitOfTheArea() {
        let rows = Rows(count: 3000, levels: 500)
        var reversed = rows
        reversed.labels.reverse()
        reversed.scores.reverse()
        #expect(rows.state(0..<3000).rocAUC == reversed.state(0..<3000).rocAUC)
    }

    @Test func negatedScoresComplementTheArea() throws {
        let rows = Rows(count: 2000, levels: 37)
        var negated = rows
        negated.scores = rows.scores.map { -$0 }
        let area = try #require(rows.state(0..<2000).rocAUC.value)
        let other = try #require(negated.state(0..<2000).rocAUC.value)
        #expect(abs(area + other - 1) <= 0x1p-52)
    }

    @Test func zeroHasOneSign() {
        let labels: [UInt8] = [1, 0]
        let scores = [-0.0, 0.0]
        #expect(ScoreState(labels: labels.span, scores: scores.span).rocAUC.value == 0.5)
    }

    @Test func saysWhyThereIsNoNumber() {
        func reasons(_ labels: [UInt8], _ scores: [Double]) -> [String?] {
            let state = ScoreState(labels: labels.span, scores: scores.span)
            return [state.rocAUC.undefined, state.logLoss.undefined, state.brier.undefined]
        }
        #expect(reasons([], []).allSatisfy { $0 == "no row has both a label and a score" })
        #expect(reasons([2, 1], [0.5, .nan]).allSatisfy { $0 == "no row has both a label and a score" })
        #expect(reasons([1, 1], [0.5, 1]) == ["every row is labelled positive", nil, nil])
        #expect(reasons([0, 0], [0.5, 1]) == ["no row is labelled positive", nil, nil])
        let outside = "1 scores lie outside 0 to 1, so the scores are no probabilities"
        #expect(reasons([0, 1], [0.5, 1.5]) == [nil, outside, outside])
        #expect(reasons([0, 1], [0.5, .infinity])[0] == "1 scores are infinite")
    }
}
