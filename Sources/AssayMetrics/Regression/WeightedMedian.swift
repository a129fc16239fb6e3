/// The median of weighted values.
enum WeightedMedian {
    /// Unweighted the mean of the middle two; weighted the mean of the values at which the running weight reaches half from
    /// below and from above. `nil` without weight.
    ///
    /// - Source: numpy 2.4 `median`; scikit-learn 1.9 `_weighted_percentile(average=True)`. O(rows · log rows).
    static func value(_ entries: [WeightedScore], isWeighted: Bool) -> Double? {
        guard isWeighted else {
            let sorted = RankedScores.sorted(entries.map(\.score))
            guard !sorted.isEmpty else { return nil }
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
        }
        let sorted = RankedScores.stablySorted(entries.filter { $0.weight > 0 })
        guard !sorted.isEmpty else { return nil }
        var running: [Double] = []
        var sum = 0.0
        for entry in sorted {
            sum += entry.weight
            running.append(sum)
        }
        let half = sum / 2
        guard let upper = running.firstIndex(where: { $0 >= half }) else { return sorted[sorted.count - 1].score }
        // Exactly half of the weight lies at or below this value: the next one bounds the other half.
        let next = running[upper] == half && upper + 1 < sorted.count ? upper + 1 : upper
        return sorted[upper].score / 2 + sorted[next].score / 2
    }
}
