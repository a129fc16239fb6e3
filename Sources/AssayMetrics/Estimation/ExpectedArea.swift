/// The area under the ROC curve to expect where labels are known by their probabilities only: the share of pairs of a positive
/// and a negative row that the scores order rightly, ties half, each pair weighted by the probability that it is one.
struct ExpectedArea {
    let value: Double
    /// By how much the area grows where a row becomes positive, in the order of the rows.
    let slopes: [Double]

    /// - Returns: `nil` where rows of one label only are expected.
    /// - Precondition: probabilities and scores are of one length.
    /// - Complexity: O(n log n).
    init?(probabilities: [Double], scores: [Double]) {
        let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1] }
        let positives = blockedSum(of: order.map { probabilities[$0] })
        let negatives = blockedSum(of: order.map { 1 - probabilities[$0] })
        guard positives > 0, negatives > 0 else { return nil }
        var won = 0.0
        var below = (positives: 0.0, negatives: 0.0)
        var gains = [Double](repeating: 0, count: scores.count)
        var first = 0
        while first < order.count {
            var last = first
            var tied = (positives: 0.0, negatives: 0.0)
            while last < order.count, scores[order[last]] == scores[order[first]] {
                tied.positives += probabilities[order[last]]
                tied.negatives += 1 - probabilities[order[last]]
                last += 1
            }
            won += tied.positives * (below.negatives + tied.negatives / 2)
            let above = positives - below.positives - tied.positives
            let gain = below.negatives + tied.negatives / 2 - above - tied.positives / 2
            for row in order[first..<last] { gains[row] = gain }
            below.positives += tied.positives
            below.negatives += tied.negatives
            first = last
        }
        let pairs = positives * negatives
        let area = min(1, won / pairs)
        let slope = area * (negatives - positives)
        value = area
        slopes = gains.map { ($0 - slope) / pairs }
    }
}
