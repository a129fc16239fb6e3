/// The Shapley values of one leaf, for every way in which a row can meet its conditions.
///
/// A leaf with conditions on d features is a game of d players: coalition S has the leaf's value if the row meets the conditions on S and what it is
/// compared with meets those on the others. Against a row z of the background, with xᵢ and zᵢ telling whether each meets feature i's,
///
///     φₖ = value · (xₖ − zₖ) · ∫₀¹ Πᵢ≠ₖ (zᵢ + t (xᵢ − zᵢ)) dt
///
/// The integrand's degree is d − 1, so ⌈d / 2⌉ Gauss–Legendre nodes give it exactly; all factors lie in [0, 1], so nothing cancels, at any depth. The mean
/// over the background is over its patterns; when a tree is followed by its covers the features are independent, and zᵢ is the share of
/// training rows that meet them.
///
/// - Source: the integral form of Shapley's value, Owen, Multilinear extensions of games (1972), eq. 4; games of leaves: Lundberg et al., From local
///   explanations to global understanding (2020), Algorithms 2 and 3; tables by pattern: Yang, Fast TreeSHAP (2021), v2; counting the background by
///   pattern: Nadel and Wettenstein, WOODELF (2025).
struct LeafGame {
    let featureCount: Int
    private let rule: GaussLegendre

    init(featureCount: Int) {
        self.featureCount = featureCount
        rule = GaussLegendre(count: max(1, (featureCount + 1) / 2))
    }

    /// By shares: `table[pattern · d + k]`, for a leaf of value 1.
    func table(shares: [Double]) -> [Double] {
        let count = featureCount
        var table = [Double](repeating: 0, count: count << count)
        var ones = [Double](repeating: 0, count: count)
        var zeros = ones
        var prefix = [Double](repeating: 1, count: count + 1)
        for (t, weight) in zip(rule.nodes, rule.weights) {
            for k in 0..<count {
                ones[k] = shares[k] + t * (1 - shares[k])
                zeros[k] = shares[k] * (1 - t)
            }
            for pattern in 0..<(1 << count) {
                for k in 0..<count { prefix[k + 1] = prefix[k] * (pattern >> k & 1 == 1 ? ones[k] : zeros[k]) }
                var suffix = weight
                for k in (0..<count).reversed() {
                    let isMet = pattern >> k & 1 == 1
                    table[pattern * count + k] += prefix[k] * suffix * ((isMet ? 1 : 0) - shares[k])
                    suffix *= isMet ? ones[k] : zeros[k]
                }
            }
        }
        return table
    }

    /// By the background: `background[q]` is the share of its rows with the pattern q; sums to 1.
    ///
    /// For each node t and player k the table is a product of d two-by-two matrices with the vector of shares.
    func table(background: [Double]) -> [Double] {
        let count = featureCount
        let size = 1 << count
        var table = [Double](repeating: 0, count: count * size)
        var values = [Double](repeating: 0, count: size)
        for (t, weight) in zip(rule.nodes, rule.weights) {
            for k in 0..<count {
                for q in 0..<size { values[q] = weight * background[q] }
                for player in 0..<count {
                    let bit = 1 << player
                    for q in 0..<size where q & bit == 0 {
                        let (without, with) = (values[q], values[q | bit])
                        if player == k {
                            values[q] = -with
                            values[q | bit] = without
                        } else {
                            values[q] = (1 - t) * with
                            values[q | bit] = t * without + with
                        }
                    }
                }
                for p in 0..<size { table[p * count + k] += values[p] }
            }
        }
        return table
    }

    /// The expected value of a leaf of value 1 when nothing is known of the row.
    static func base(shares: [Double]) -> Double { shares.reduce(1, *) }
}
