/// Draws from a binomial distribution by inverting its distribution function, with IEEE basic operations only.
///
/// The probabilities are built from the mode outwards by their exact ratios and cut where they fall below 1e-18 of
/// the mode's, so a table has about `18 × standard deviation` entries: 9,000 for a million fair trials.
///
/// - Complexity: O(√`trials`) to build, O(log √`trials`) a draw.
package struct BinomialSampler: Sendable {
    private let first: Int
    /// `cumulative[i]` is the probability of `first + i` successes or fewer; the last entry is 1.
    private let cumulative: [Double]

    /// - Precondition: `trials ≥ 0` and `0 ≤ probability ≤ 1`.
    package init(trials: Int, probability: Double) {
        precondition(trials >= 0 && probability >= 0 && probability <= 1, "no such binomial distribution")
        guard trials > 0, probability > 0, probability < 1 else {
            first = probability == 1 ? trials : 0
            cumulative = [1]
            return
        }
        let mode = min(trials, Int((Double(trials) + 1) * probability))
        let odds = probability / (1 - probability)
        let negligible = 1e-18
        var below: [Double] = []
        var mass = 1.0
        var count = mode
        while count > 0 {
            mass *= Double(count) / (Double(trials - count + 1) * odds)
            if mass < negligible { break }
            below.append(mass)
            count -= 1
        }
        first = mode - below.count
        var masses = Array(below.reversed())
        masses.append(1)
        mass = 1
        count = mode
        while count < trials {
            mass *= Double(trials - count) / Double(count + 1) * odds
            if mass < negligible { break }
            masses.append(mass)
            count += 1
        }
        var total = 0.0
        for index in masses.indices {
            total += masses[index]
            masses[index] = total
        }
        for index in masses.indices { masses[index] /= total }
        cumulative = masses
    }

    /// The smallest count whose cumulative probability exceeds a uniform draw.
    package func draw(_ generator: inout SplitMix64) -> Int {
        let target = generator.nextUnit()
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        return first + low
    }
}
