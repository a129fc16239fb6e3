/// How well an order by today's scores gathers yesterday's gains: normalized discounted cumulative gain.
package enum RankGain {
    /// `Σ gᵢ / log₂(i + 1)` in falling order of the scores, over the same sum in falling order of the gains themselves.
    ///
    /// - Parameters:
    ///   - gains: not negative, finite.
    ///   - scores: one a gain; equal ones stand in the order of their gains, the larger first.
    /// - Returns: in 0...1; `nil` where no gain is positive.
    /// - Complexity: O(n log n).
    /// - Source: Järvelin and Kekäläinen (2002), ACM Transactions on Information Systems 20; scikit-learn 1.9 `ndcg_score` but for ties, whose
    ///   gains it averages.
    package static func normalized(gains: [Double], scores: [Double]) -> Double? {
        precondition(gains.count == scores.count, "a gain needs a score")
        let ideal = gains.indices.sorted { gains[$0] == gains[$1] ? $0 < $1 : gains[$0] > gains[$1] }
        var place = [Int](repeating: 0, count: gains.count)
        for (rank, index) in ideal.enumerated() { place[index] = rank }
        let order = gains.indices.sorted { scores[$0] == scores[$1] ? place[$0] < place[$1] : scores[$0] > scores[$1] }
        func gain(_ order: [Int]) -> Double {
            var sum = 0.0
            for (rank, index) in order.enumerated() {
                // ln 2 cancels.
                sum += gains[index] / naturalLogarithm(Double(rank + 2))
            }
            return sum
        }
        let best = gain(ideal)
        return best > 0 ? min(1, gain(order) / best) : nil
    }
}
