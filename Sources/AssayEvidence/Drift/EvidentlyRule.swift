import AssayColumns
import AssayMetrics
import AssayTerms

/// Evidently 0.7.21's default judgement of one column: `legacy.calculations.stattests.registry._get_default_stattest`
/// and the functions it names.
enum EvidentlyRule {
    enum Kind: String {
        case numerical = "num"
        case categorical = "cat"
        case text
    }

    /// The kind Evidently infers from the current data as pandas reads it; `nil` where it leaves the column out: times, and
    /// booleans with a missing row, which pandas holds as objects.
    ///
    /// - Source: Evidently 0.7.21 `core.datasets.infer_column_type`.
    static func kind(of side: DriftSide) -> Kind? {
        switch side.type {
        case .double: return .numerical
        case .int64: return !side.hasMissing && side.hasMoreDistinctValues(than: 10) != true ? .categorical : .numerical
        case .boolean: return side.hasMissing ? nil : .categorical
        case .timestamp: return nil
        case .text:
            return side.hasMoreDistinctValues(than: side.presentCount / 2) == false ? .categorical : .text
        }
    }

    static func defaultMethod(_ kind: Kind, referenceCount: Int, distinctCount: Int) -> DriftMethod {
        if kind == .numerical, distinctCount > 5 { return referenceCount <= 1000 ? .ks : .wasserstein }
        guard referenceCount <= 1000 else { return .jensenShannon }
        return distinctCount > 2 ? .chiSquare : .z
    }

    /// `nil` where Evidently leaves the column out.
    static func answer(_ pair: DriftPair, _ request: DriftRequest) -> DriftAnswer? {
        guard let kind = kind(of: pair.current) else { return nil }
        let method =
            request.method
            ?? defaultMethod(
                kind == .text ? .categorical : kind, referenceCount: pair.reference.presentCount,
                distinctCount: pair.distinctCount)
        var answer = answer(pair, method, kind, isChosen: request.method == nil, seed: request.seed)
        answer.threshold = request.threshold ?? method.evidentlyThreshold
        if let value = answer.value, let threshold = answer.threshold {
            answer.isDrift = method.isDrift(value, threshold: threshold)
        }
        answer.details["column_type"] = .text(Text(kind.rawValue))
        return answer
    }

    private static func answer(
        _ pair: DriftPair, _ method: DriftMethod, _ kind: Kind, isChosen: Bool, seed: UInt64
    ) -> DriftAnswer {
        guard kind != .text else {
            return DriftAnswer(
                method,
                undefined: "free text (more than half of its rows are distinct), which Evidently judges by a trained classifier")
        }
        guard pair.reference.presentCount > 0 else { return DriftAnswer(method, undefined: "the reference has no value") }
        guard pair.current.presentCount > 0 else { return DriftAnswer(method, undefined: "the current data has no value") }
        // Its own choice may give a number of few values to a test of categories.
        if !isChosen, !(kind == .numerical ? method.takesNumbers : method.takesCategories) {
            return DriftAnswer(
                method, undefined: "this method is not for \(kind == .numerical ? "numbers" : "categories")")
        }
        if kind == .numerical, let binned = binnedDistance(pair, method) { return binned }
        guard let cells = pair.cells else {
            return DriftAnswer(method, undefined: "the column has more distinct values than are counted")
        }
        switch method {
        case .psi, .jensenShannon, .kullbackLeibler, .hellinger:
            return distance(method, cells, bins: "values", names: pair.cellNames(limit: DriftAnswer.shownCells))
        case .z, .chiSquare, .gTest, .fisherExact, .totalVariation: return cellTest(pair, method, cells)
        default:
            guard let sample = pair.sample else { return DriftAnswer(method, undefined: "the column holds text") }
            return numberTest(sample, method, seed: seed)
        }
    }

    /// A distance over Sturges' bins; `nil` where the method has none, or the values themselves are its cells. Only
    /// Hellinger's number of bins needs the distinct values; the others' rows are counted as they come.
    private static func binnedDistance(_ pair: DriftPair, _ method: DriftMethod) -> DriftAnswer? {
        let edges: [Double]
        let cells: CellCounts
        let endless = DriftAnswer(method, undefined: "the values lie too far apart for bins of equal width")
        switch method {
        case .hellinger:
            guard let sample = pair.sample, let least = sample.values.first, let greatest = sample.values.last else { return nil }
            guard (greatest - least).isFinite else { return endless }
            edges = SturgesBins.edges(least: least, greatest: greatest, count: sample.values.count, areWhole: pair.areWhole)
            cells = SturgesBins.counts(sample, edges: edges)
        case .psi, .jensenShannon, .kullbackLeibler:
            guard pair.reference.hasMoreDistinctValues(than: 20) == true, let rows = pair.numberRows else { return nil }
            guard (rows.range.upperBound - rows.range.lowerBound).isFinite else { return endless }
            edges = SturgesBins.edges(
                least: rows.range.lowerBound, greatest: rows.range.upperBound, count: rows.reference.count + rows.current.count,
                areWhole: pair.areWhole)
            cells = SturgesBins.counts(reference: rows.reference, current: rows.current, edges: edges)
        default: return nil
        }
        var answer = distance(method, cells, bins: "sturges")
        answer.edges = edges
        return answer
    }

    private static func distance(
        _ method: DriftMethod, _ cells: CellCounts, bins: String, names: [Text] = []
    ) -> DriftAnswer {
        let (reference, current) = CellDistance.shares(cells)
        let value: Double
        switch method {
        case .psi: value = CellDistance.psi(CellDistance.zerosFilled(reference), CellDistance.zerosFilled(current))
        case .kullbackLeibler:
            value = CellDistance.kullbackLeibler(
                CellDistance.zerosFilled(reference), CellDistance.zerosFilled(current))
        case .jensenShannon: value = CellDistance.jensenShannon(reference, current)
        default: value = CellDistance.hellinger(reference, current)
        }
        var answer = DriftAnswer(method, value: value)
        answer.bins = bins
        answer.cells = cells
        answer.cellNames = names
        return answer
    }

    private static func cellTest(_ pair: DriftPair, _ method: DriftMethod, _ cells: CellCounts) -> DriftAnswer {
        var answer: DriftAnswer
        let totals = (reference: cells.referenceTotal, current: cells.currentTotal)
        switch method {
        case .z:
            guard cells.count > 1 else { return described(DriftAnswer(.z, value: 1), pair, cells) }
            let others = (totals.reference - cells.reference[0], totals.current - cells.current[0])
            answer = DriftAnswer(
                .z, CellTest.proportions(successes: others, totals: totals), undefined: "there is no variance")
        case .chiSquare:
            answer = DriftAnswer(
                .chiSquare, CellTest.goodnessOfFit(cells), undefined: "there is one value only")
        case .gTest:
            answer = DriftAnswer(
                .gTest, CellTest.likelihoodRatio(cells),
                undefined: "it needs two values and equally many rows in both, as its counts are not scaled")
        case .fisherExact:
            guard totals.reference == totals.current else {
                return DriftAnswer(.fisherExact, undefined: "it is done for equally many rows in both only")
            }
            guard cells.count <= 2 else { return DriftAnswer(.fisherExact, undefined: "there are more than two values") }
            let successes = (cells.reference[0], cells.current[0])
            answer = DriftAnswer(
                .fisherExact, value: cells.count == 1 ? 1 : CellTest.fisherExact(successes: successes, totals: totals))
        default:
            guard let codes = pair.rowCodes else {
                return DriftAnswer(.totalVariation, undefined: "the order of the rows is not known")
            }
            let shares = CellDistance.shares(cells)
            answer = DriftAnswer(
                .totalVariation,
                value: VariationPermutation.pValue(
                    reference: codes.reference, current: codes.current, codeCount: cells.count),
                statistic: CellDistance.totalVariation(shares.reference, shares.current))
        }
        return described(answer, pair, cells)
    }

    private static func described(_ answer: DriftAnswer, _ pair: DriftPair, _ cells: CellCounts) -> DriftAnswer {
        var answer = answer
        answer.bins = "values"
        answer.cells = cells
        answer.cellNames = pair.cellNames(limit: DriftAnswer.shownCells)
        return answer
    }

    /// Tests and distances of numbers as they are.
    ///
    /// - Parameter regardsTies: of Kolmogorov and Smirnov's test, which Evidently leaves at an upper bound.
    static func numberTest(
        _ sample: PooledSample, _ method: DriftMethod, seed: UInt64, regardsTies: Bool = false
    ) -> DriftAnswer {
        switch method {
        case .wasserstein:
            return DriftAnswer(.wasserstein, value: DistributionDistance.normedWasserstein(sample) ?? 0)
        case .energy: return DriftAnswer(.energy, value: DistributionDistance.energy(sample) ?? 0)
        case .anderson:
            return DriftAnswer(
                .anderson, RankTest.andersonDarling(sample),
                undefined: "it needs two distinct values and four rows")
        case .cramerVonMises:
            return DriftAnswer(
                .cramerVonMises, CramerVonMises.test(sample), undefined: "it needs two rows in each data set")
        case .mannWhitney:
            return DriftAnswer(.mannWhitney, RankTest.mannWhitney(sample, .referenceLess), undefined: "a sample is empty")
        case .tTest: return DriftAnswer(.tTest, MeanTest.student(sample), undefined: "there is no variance")
        case .eppsSingleton:
            return DriftAnswer(
                .eppsSingleton, EppsSingleton.test(sample),
                undefined: "it needs five rows in each data set and a spread of the middle half")
        case .meanDiscrepancy:
            guard sample.referenceCount > 1, sample.currentCount > 1, sample.totalCount <= MeanDiscrepancy.rowLimit else {
                return DriftAnswer(
                    .meanDiscrepancy,
                    undefined: "it needs two rows in each data set and at most \(MeanDiscrepancy.rowLimit) in both")
            }
            let rows: ([Int]) -> [Double] = { counts in
                zip(sample.values, counts).flatMap { [Double](repeating: $0.0, count: $0.1) }
            }
            let (discrepancy, pValue) = MeanDiscrepancy.test(
                rows(sample.reference), rows(sample.current), draws: 100, seed: seed)
            return DriftAnswer(.meanDiscrepancy, value: pValue, statistic: discrepancy)
        default:
            guard let test = KolmogorovSmirnov.test(sample, regardsTies: regardsTies) else {
                return DriftAnswer(.ks, undefined: "a sample is empty")
            }
            var answer = DriftAnswer(.ks, value: test.pValue, statistic: test.distance)
            answer.details["exact"] = .flag(test.isExact)
            return answer
        }
    }
}
