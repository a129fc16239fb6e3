import Glibc

/// Several scores a row as shares of one.
enum Softmax {
    /// `exp(sₖ − max s) / Σ exp(s − max s)`, summed in the scores' order.
    static func probabilities(_ scores: [[Double]]) -> [[Double]] {
        normalised(scores.count, rows: scores[0].count) { row in
            var top = scores[0][row]
            for score in scores where score[row] > top { top = score[row] }
            return scores.map { exp($0[row] - top) }
        }
    }

    /// Each score's share through `share`, normalised; all zero gives equal shares.
    static func shares(_ scores: [[Double]], _ share: (Double) -> Double) -> [[Double]] {
        normalised(scores.count, rows: scores[0].count) { row in
            let shares = scores.map { share($0[row]) }
            return shares.allSatisfy { $0 == 0 } ? shares.map { _ in 1 } : shares
        }
    }

    static func normalised(_ classes: Int, rows: Int, _ shares: (Int) -> [Double]) -> [[Double]] {
        var result = [[Double]](repeating: [Double](repeating: 0, count: rows), count: classes)
        for row in 0..<rows {
            let shares = shares(row)
            var sum = 0.0
            for share in shares { sum += share }
            for (index, share) in shares.enumerated() { result[index][row] = share / sum }
        }
        return result
    }

    /// Each row's first greatest score.
    static func greatest(_ scores: [[Double]]) -> [Int] {
        scores[0].indices.map { row in
            var best = 0
            for score in 1..<scores.count where scores[score][row] > scores[best][row] { best = score }
            return best
        }
    }
}
