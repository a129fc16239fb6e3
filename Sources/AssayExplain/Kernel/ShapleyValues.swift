/// Shapley values of a game whose every subset's value is known.
enum ShapleyValues {
    /// Definition: `φᵢ = Σ_{S ∌ i} |S|! (M − |S| − 1)! / M! · (v(S ∪ i) − v(S))`.
    ///
    /// - Parameter values: v by the subset's number, bit i standing for player i; 2ᴹ of them.
    /// - Error: each φ is a compensated sum, within a few ulp of the largest |v|.
    /// - Complexity: O(M 2ᴹ).
    /// - Source: Shapley 1953, equation 12.
    static func exact(_ values: [Double], players: Int) -> [Double] {
        precondition(values.count == 1 << players, "a game of \(players) players has another number of subsets")
        let weights = (0..<players).map { 1 / (Double(players) * Coalitions.binomial(players - 1, $0)) }
        return (0..<players).map { player in
            let bit = 1 << player
            var sum = CompensatedSum()
            for subset in 0..<values.count where subset & bit == 0 {
                sum.add(weights[subset.nonzeroBitCount] * (values[subset | bit] - values[subset]))
            }
            return sum.value
        }
    }

    /// Shapley interaction values: how much of a pair's answer neither brings alone.
    ///
    /// Definition: for i ≠ j `Φᵢⱼ = Σ_{S ∌ i, j} |S|! (M − |S| − 2)! / (2 (M − 1)!) · (v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S))`, and
    /// `Φᵢᵢ = φᵢ − Σ_{j ≠ i} Φᵢⱼ`, so that each row of the matrix adds up to φ.
    ///
    /// - Returns: `[i · M + j]`, symmetric.
    /// - Complexity: O(M² 2ᴹ).
    /// - Source: Fujimoto, Kojadinovic and Marichal (2006); Lundberg et al. (2020), equations 4 and 5.
    static func interactions(_ values: [Double], players: Int) -> [Double] {
        var matrix = [Double](repeating: 0, count: players * players)
        let own = exact(values, players: players)
        // |S|! (M − |S| − 2)! / (M − 1)! = 1 / ((M − 1) · C(M − 2, |S|)).
        let weights = (0..<max(players - 1, 0)).map { 0.5 / (Double(players - 1) * Coalitions.binomial(players - 2, $0)) }
        for i in 0..<players {
            for j in (i + 1)..<max(players, i + 1) {
                let (first, second) = (1 << i, 1 << j)
                var sum = CompensatedSum()
                for subset in 0..<values.count where subset & (first | second) == 0 {
                    sum.add(
                        weights[subset.nonzeroBitCount]
                            * ((values[subset | first | second] - values[subset | first]) - (values[subset | second] - values[subset])))
                }
                matrix[i * players + j] = sum.value
                matrix[j * players + i] = sum.value
            }
        }
        for i in 0..<players {
            var rest = own[i]
            for j in 0..<players where j != i { rest -= matrix[i * players + j] }
            matrix[i * players + i] = rest
        }
        return matrix
    }
}
