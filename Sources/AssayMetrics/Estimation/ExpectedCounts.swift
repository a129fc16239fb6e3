/// Expected confusion counts of one label against the rest, and the measures that are shares of them.
struct ExpectedCounts {
    /// Expected rows of the label among those predicted to have it, and among the others.
    let hits: Double
    let misses: Double
    /// Rows predicted to have the label, and the others.
    let predicted: Double
    let others: Double

    enum Share {
        /// By how much the value grows with one more row of the label among those predicted to have it, and among the others.
        case value(Double, hit: Double, miss: Double)
        case undefined(String)
    }

    /// - Precondition: the measure is not the area, which is no share of counts.
    func share(_ measure: ExpectedPerformance.Measure) -> Share {
        let total = predicted + others
        guard total > 0 else { return .undefined("no row has a score") }
        let positives = hits + misses
        let negatives = total - positives
        switch measure {
        case .area: preconditionFailure("an area is no share of counts")
        case .accuracy: return .value((hits + others - misses) / total, hit: 1 / total, miss: -1 / total)
        case .precision:
            guard predicted > 0 else { return .undefined("no row is predicted positive") }
            return .value(hits / predicted, hit: 1 / predicted, miss: 0)
        case .recall:
            guard positives > 0 else { return .undefined("no positive row is expected") }
            let square = positives * positives
            return .value(hits / positives, hit: misses / square, miss: -hits / square)
        case .specificity:
            guard negatives > 0 else { return .undefined("no negative row is expected") }
            let trueNegatives = others - misses
            let falsePositives = predicted - hits
            let square = negatives * negatives
            return .value(trueNegatives / negatives, hit: trueNegatives / square, miss: -falsePositives / square)
        case .f1:
            let size = predicted + positives
            guard size > 0 else { return .undefined("no row is positive or predicted so") }
            let square = size * size
            return .value(2 * hits / size, hit: 2 * (size - hits) / square, miss: -2 * hits / square)
        }
    }
}
