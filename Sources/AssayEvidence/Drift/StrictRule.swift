import AssayColumns
import AssayMetrics
import AssayTerms

/// The default judgement: one test for each column, false-discovery control over all of them, and sizes beside it.
///
/// Rule. Numbers are compared by the Kolmogorov-Smirnov test (among ties by its distribution given these), texts and numbers of few values by Pearson's test of
/// homogeneity over their values (those too rare for it put together), the share of missing rows by a test of proportions
/// where any is missing. All p-values of the data set are adjusted after Benjamini and Hochberg; a column drifted where
/// one of its adjusted p-values is at most the rate. A threshold someone gives takes the place of that: it is held against
/// the method's value.
struct StrictRule {
    /// Numbers with at most this many distinct values in the reference, and twice as many in both, are compared as
    /// categories.
    static let fewValues = 20
    /// The smallest expected count for which Pearson's approximation is trusted.
    static let leastExpected = 5.0

    let request: DriftRequest

    /// What was found of one column; the column itself is not kept.
    struct Judged: Sendable {
        let facts: DriftFacts
        var answers: [DriftAnswer]
        /// The share of missing rows, where a row is missing.
        var missing: DriftAnswer?
        /// Where that was asked for.
        var distribution: DriftDistribution?
        var isDrift: Bool { (answers + [missing].compactMap { $0 }).contains { $0.isDrift == true } }
        var isJudged: Bool { (answers + [missing].compactMap { $0 }).contains { $0.isDrift != nil } }
    }

    init(_ request: DriftRequest) { self.request = request }

    /// A column's tests and distances; nothing is decided before all columns are known.
    func examine(_ pair: DriftPair) -> Judged {
        Judged(
            facts: pair.facts, answers: answers(pair), missing: missing(pair),
            distribution: request.collectsDistributions ? DriftDistribution(pair) : nil)
    }

    /// - Parameters:
    ///   - examined: all columns of the data set.
    ///   - others: p-values of tests that are no column's; they are corrected with the columns'.
    /// - Returns: the columns, and the adjusted p-values of the others.
    func decide(_ examined: [Judged], others: [Double] = []) -> (columns: [Judged], others: [Double]) {
        var judged = examined
        let decidesByDistance = request.threshold != nil && !isTest(request.method ?? .psi)
        let rate = request.threshold.flatMap { decidesByDistance ? nil : $0 } ?? request.rate
        var places: [(column: Int, answer: Int?)] = []
        for (column, one) in judged.enumerated() {
            for (index, answer) in one.answers.enumerated() where isTest(answer.method) && answer.value != nil {
                places.append((column, index))
            }
            if one.missing?.value != nil { places.append((column, nil)) }
        }
        func value(_ place: (column: Int, answer: Int?)) -> Double {
            let one = judged[place.column]
            return place.answer.map { one.answers[$0].value ?? 1 } ?? one.missing?.value ?? 1
        }
        let all = FalseDiscovery.adjusted(places.map(value) + others)
        let adjusted = all.prefix(places.count)
        let level = rate / Double(max(1, all.count))
        for (place, adjusted) in zip(places, adjusted) {
            let facts = judged[place.column].facts
            func complete(_ answer: inout DriftAnswer) {
                answer.details["adjusted_p_value"] = .number(adjusted)
                answer.details["tests"] = .integer(Int64(all.count))
                if !decidesByDistance {
                    answer.threshold = rate
                    answer.isDrift = adjusted <= rate
                }
                addDetectable(to: &answer, facts, level: level, isMissing: place.answer == nil)
            }
            if let index = place.answer {
                complete(&judged[place.column].answers[index])
            } else if var answer = judged[place.column].missing {
                complete(&answer)
                judged[place.column].missing = answer
            }
        }
        if decidesByDistance, let threshold = request.threshold {
            for column in judged.indices {
                for index in judged[column].answers.indices where !isTest(judged[column].answers[index].method) {
                    judged[column].answers[index].threshold = threshold
                    judged[column].answers[index].isDrift = judged[column].answers[index].value.map { $0 >= threshold }
                }
            }
        }
        return (judged, Array(all.dropFirst(places.count)))
    }

    /// Whether strict mode reads the method's value as a p-value. The total variation distance is one of distances here.
    private func isTest(_ method: DriftMethod) -> Bool { method.givesPValue && method != .totalVariation }

    private func answers(_ pair: DriftPair) -> [DriftAnswer] {
        let standard = pair.sample.map { isFew($0) ? DriftMethod.chiSquare : .ks } ?? .chiSquare
        var test = standard
        var distance = DriftMethod.psi
        if let method = request.method {
            let fits = pair.sample == nil ? method.takesCategories : method.takesNumbers || standard == .chiSquare
            if fits, isTest(method) { test = method }
            if fits, !isTest(method) || method == .totalVariation { distance = method }
        }
        if let reason = lacking(pair) { return [DriftAnswer(test, undefined: reason), DriftAnswer(distance, undefined: reason)] }
        return [testAnswer(pair, test), distanceAnswer(pair, distance)]
    }

    private func lacking(_ pair: DriftPair) -> String? {
        if case .timestamps = pair.reference.values { return "times differ between any two data sets taken at different times" }
        if pair.reference.presentCount == 0 { return "the reference has no value" }
        if pair.current.presentCount == 0 { return "the current data has no value" }
        if case .texts(let texts) = pair.reference.values, pair.reference.presentCount > Self.fewValues,
            2 * texts.count > pair.reference.presentCount
        {
            return "more than half of the reference's texts are distinct: a name or free text, and no category"
        }
        if pair.cells == nil { return "the column has more than \(request.categoryLimit) distinct texts (--category-limit)" }
        return nil
    }

    private func isFew(_ sample: PooledSample) -> Bool {
        sample.referenceDistinctCount <= Self.fewValues && sample.values.count <= 2 * Self.fewValues
    }

    private func testAnswer(_ pair: DriftPair, _ method: DriftMethod) -> DriftAnswer {
        let cells = pair.cells ?? CellCounts(reference: [], current: [])
        switch method {
        case .chiSquare, .gTest:
            let merged = cells.merged(expected: Self.leastExpected)
            guard let test = CellTest.homogeneity(merged) else {
                return DriftAnswer(.chiSquare, undefined: "there is one value only, or too few rows for two")
            }
            var answer = DriftAnswer(.chiSquare, value: test.pValue, statistic: test.statistic)
            answer.details["degrees_of_freedom"] = .integer(Int64(test.degrees))
            let size = 1 / Double(pair.reference.presentCount) + 1 / Double(pair.current.presentCount)
            answer.details["effect_w"] = .number((test.statistic * size).squareRoot())
            return answer
        case .z, .fisherExact:
            guard cells.count == 2 else { return DriftAnswer(method, undefined: "there are not exactly two values") }
            let successes = (cells.reference[1], cells.current[1])
            let totals = (cells.referenceTotal, cells.currentTotal)
            return method == .z
                ? DriftAnswer(
                    .z, CellTest.proportions(successes: successes, totals: totals), undefined: "there is no variance")
                : DriftAnswer(.fisherExact, value: CellTest.fisherExact(successes: successes, totals: totals))
        case .mannWhitney:
            guard let sample = pair.sample else { return DriftAnswer(method, undefined: "the column holds text") }
            return DriftAnswer(method, RankTest.mannWhitney(sample, .twoSided), undefined: "a sample is empty")
        default:
            guard let sample = pair.sample else { return DriftAnswer(method, undefined: "the column holds text") }
            guard pair.reference.rankError > 0 else {
                return EvidentlyRule.numberTest(sample, method, seed: request.seed, regardsTies: true)
            }
            return method == .ks
                ? sketched(sample, rankError: pair.reference.rankError)
                : DriftAnswer(method, undefined: "the reference is a profile that no longer has every value; ks takes it")
        }
    }

    /// Against a sketch the distance can be too large by the sketch's error, so the p-value is that of the distance less
    /// it: an upper bound.
    private func sketched(_ sample: PooledSample, rankError: Double) -> DriftAnswer {
        guard let test = KolmogorovSmirnov.test(sample) else { return DriftAnswer(.ks, undefined: "a sample is empty") }
        let n = Double(sample.referenceCount)
        let m = Double(sample.currentCount)
        let size = max(1, Int((n * m / (n + m)).rounded(.toNearestOrEven)))
        let least = max(0, test.distance - rankError)
        var answer = DriftAnswer(
            .ks, value: KolmogorovDistribution.upperTail(least, n: size), statistic: test.distance)
        answer.details["exact"] = .flag(false)
        answer.details["reference_rank_error"] = .number(rankError)
        return answer
    }

    /// Bins are the values where these are few, else the reference's quantiles.
    private func distanceAnswer(_ pair: DriftPair, _ method: DriftMethod) -> DriftAnswer {
        if let sample = pair.sample, method == .wasserstein || method == .energy {
            return EvidentlyRule.numberTest(sample, method, seed: request.seed)
        }
        var cells = pair.cells ?? CellCounts(reference: [], current: [])
        var names = pair.cellNames(limit: DriftAnswer.shownCells)
        var edges: [Double] = []
        var bins = "values"
        if let sample = pair.sample, !isFew(sample) {
            let quantiles = QuantileBins(values: sample.values, counts: sample.reference, count: request.binCount)
            cells = quantiles.counts(sample)
            edges = quantiles.edges
            names = []
            bins = "reference-quantiles"
        }
        let (reference, current) = CellDistance.shares(cells)
        var answer: DriftAnswer
        switch method {
        case .kullbackLeibler:
            let value = CellDistance.kullbackLeibler(reference, current)
            answer =
                value.isFinite
                ? DriftAnswer(method, value: value)
                : DriftAnswer(method, undefined: "the current data has none of a value that the reference has")
        case .jensenShannon: answer = DriftAnswer(method, value: CellDistance.jensenShannon(reference, current))
        case .hellinger: answer = DriftAnswer(method, value: CellDistance.hellinger(reference, current))
        case .totalVariation:
            answer = DriftAnswer(method, value: CellDistance.totalVariation(reference, current))
        default:
            answer = DriftAnswer(.psi, value: CellDistance.smoothedPSI(cells))
            if cells.count > 1 {
                let size = 1 / Double(pair.reference.presentCount) + 1 / Double(pair.current.presentCount)
                let quantile = TailProbability.chiSquareQuantile(tail: request.rate, degrees: cells.count - 1)
                answer.details["without_drift_up_to"] = .number(size * quantile)
            }
        }
        answer.bins = bins
        answer.cells = cells
        answer.cellNames = names
        answer.edges = edges
        return answer
    }

    private func missing(_ pair: DriftPair) -> DriftAnswer? {
        let left = pair.reference.missingCount
        let right = pair.current.missingCount
        guard left + right > 0 else { return nil }
        let totals = (
            reference: left + pair.reference.presentCount + pair.reference.infiniteCount,
            current: right + pair.current.presentCount + pair.current.infiniteCount
        )
        guard let test = CellTest.proportions(successes: (left, right), totals: totals) else { return nil }
        // Rare missing values are too few for the normal approximation.
        let pooled = Double(left + right) / Double(totals.reference + totals.current)
        let expected = min(Double(totals.reference), Double(totals.current)) * min(pooled, 1 - pooled)
        var answer =
            expected >= Self.leastExpected
            ? DriftAnswer(.z, value: test.pValue, statistic: test.statistic)
            : DriftAnswer(.fisherExact, value: CellTest.fisherExact(successes: (left, right), totals: totals))
        answer.details["reference_share"] = .number(Double(left) / Double(totals.reference))
        answer.details["current_share"] = .number(Double(right) / Double(totals.current))
        return answer
    }

    /// What the samples would have shown four times of five, at the strictest step of the correction.
    private func addDetectable(to answer: inout DriftAnswer, _ facts: DriftFacts, level: Double, isMissing: Bool) {
        let n = facts.reference.presentCount
        let m = facts.current.presentCount
        guard level < 1 else { return }
        if isMissing {
            let left = facts.reference.missingCount
            let right = facts.current.missingCount
            guard n + left > 0, m + right > 0 else { return }
            let share = Double(left + right) / Double(n + left + m + right)
            answer.details["detectable_share_difference"] = .number(
                DetectableChange.proportion(n + left, m + right, proportion: share, level: level))
        } else if answer.method == .ks {
            answer.details["detectable_distance"] = .number(
                min(1, DetectableChange.distance(n, m, level: level) + facts.rankError))
        } else if answer.method == .chiSquare, case .integer(let degrees)? = answer.details["degrees_of_freedom"] {
            answer.details["detectable_effect_w"] = .number(
                DetectableChange.effect(n, m, degrees: Int(degrees), level: level))
        }
    }
}
