package import AssayTerms

/// The mean of numbers between 0 and 1, while portions of them keep coming: an interval that holds at all times at once.
///
/// Definition: portion i brings numbers x, of which `μᵢ` guesses the mean and a bet `λᵢ` in 0...½ is made, both from the portions before it. With
/// `ψ(λ) = −ln(1 − λ) − λ` the product over all numbers of `exp(λᵢ (x − μ) − ψ(λᵢ) (x − μᵢ)²)` is, for the mean μ, a supermartingale that begins at
/// 1 (Howard and
/// others), and so is that of the contrary bets; by Ville's inequality neither reaches 2/α but with probability α together. So
/// `Σ λ x / Σ λ ± (ln(2/α) + Σ ψ(λᵢ) (x − μᵢ)²) / Σ λ` holds after every portion at once with probability 1 − α: the predictable plug-in empirical Bernstein
/// sequence, whose width goes with the numbers' own variance.
///
/// - Guesses: `μᵢ = (½ + Σ x) / (1 + n)`, `σᵢ² = (¼ + Σ (x − μᵢ)²) / (1 + n)` over the n numbers of before; with t the numbers until the portion's end
///   `λᵢ = min(½, √(2 ln(2/α) / (σᵢ² t ln(1 + t))))`.
/// - Assumed: numbers are independent with one mean; how many a portion has says nothing of what they are.
/// - Edge cases: without numbers 0...1. What a portion brings is never taken back: the sequence is of what was known when.
/// - Complexity: constant for a portion.
/// - Source: Waudby-Smith and Ramdas (2023), Estimating means of bounded random variables by betting, Journal of the Royal Statistical Society B 86, theorem 2;
///   Howard, Ramdas, McAuliffe, Sekhon (2021), Annals of Statistics 49; Ville (1939).
package struct SequentialMean: Hashable, Sendable {
    /// Numbers that came at one time: how many, their sum and that of their squares.
    package struct Portion: Hashable, Sendable {
        package var rows: Int64
        package var sum: Double
        package var squares: Double

        package init(rows: Int64 = 0, sum: Double = 0, squares: Double = 0) {
            self.rows = rows
            self.sum = sum
            self.squares = squares
        }

        /// - Precondition: `value` lies in 0...1.
        package mutating func add(_ value: Double) {
            rows += 1
            sum += value
            squares += value * value
        }
    }

    /// With which probability the interval may ever be wrong.
    package let alpha: Double
    package var seen: Portion
    /// Σ λ, Σ λ x, and Σ ψ(λ) (x − μᵢ)².
    package var weight: Double
    package var weighted: Double
    package var penalty: Double

    /// - Precondition: `alpha` lies above 0 and is at most ½.
    package init(alpha: Double, seen: Portion = Portion(), weight: Double = 0, weighted: Double = 0, penalty: Double = 0) {
        precondition(alpha > 0 && alpha <= 0.5, "a chance of being wrong lies above 0 and is at most one half")
        self.alpha = alpha
        self.seen = seen
        self.weight = weight
        self.weighted = weighted
        self.penalty = penalty
    }

    private var limit: Double { naturalLogarithm(2 / alpha) }

    package mutating func add(_ portion: Portion) {
        guard portion.rows > 0 else { return }
        let (before, count) = (Double(seen.rows), Double(portion.rows))
        let guess = (0.5 + seen.sum) / (1 + before)
        func spread(_ part: Portion, _ count: Double) -> Double { max(0, part.squares - 2 * guess * part.sum + count * guess * guess) }
        let variance = (0.25 + spread(seen, before)) / (1 + before)
        let until = before + count
        let bet = min(0.5, (2 * limit / (variance * until * naturalLogarithm(1 + until))).squareRoot())
        weight += bet * count
        weighted += bet * portion.sum
        penalty += (-naturalLogarithm(1 - bet) - bet) * spread(portion, count)
        seen.rows += portion.rows
        seen.sum += portion.sum
        seen.squares += portion.squares
    }

    /// `nil` without numbers.
    package var mean: Double? { seen.rows > 0 ? seen.sum / Double(seen.rows) : nil }

    package var interval: Interval {
        var interval = Interval(low: 0, high: 1, level: 1 - alpha, method: "predictable empirical Bernstein confidence sequence")
        guard weight > 0 else { return interval }
        let (center, radius) = (weighted / weight, (limit + penalty) / weight)
        interval.low = min(max(0, center - radius), 1)
        interval.high = max(min(1, center + radius), 0)
        return interval
    }
}
