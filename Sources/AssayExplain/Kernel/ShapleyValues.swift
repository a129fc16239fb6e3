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
            var sum = 0.0
            var lost = 0.0
            for subset in 0..<values.count where subset & bit == 0 {
                let term = weights[subset.nonzeroBitCount] * (values[subset | bit] - values[subset])
                // Neumaier's form of Kahan's sum.
                let next = sum + term
                lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
                sum = next
            }
            return sum + lost
        }
    }
}
