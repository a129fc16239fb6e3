package import AssayTerms

/// A mixture of classifiers of least error whose expected decisions keep the constraints, found as the saddle point of a game
/// between a learner and multipliers that grow exponentially with what is broken.
///
/// Definition: in each round the learner answers the present multipliers with the classifier that does best under them
/// (`ReductionProblem.bestResponse`, or one seen before that is better), and the multipliers move by `rate · (violations −
/// bound)` in the exponent, their sum below `1 / epsilon`. The average of the answers, and the best mixture of all classifiers
/// so far by a linear programme, are two candidates; the one with the smaller duality gap stands for the round. It ends where
/// the gap is below `nu`, at the earliest after six rounds, and the round of least gap is the answer.
///
/// - Source: Agarwal, A. et al. (2018). A reductions approach to fair classification. ICML, algorithm 1; Fairlearn 0.15
///   `ExponentiatedGradient` and `_Lagrangian`, whose adaptive rate, gap and order of rounds these are.
/// - Complexity: up to nine fits a round.
package struct ExponentiatedGradient: Sendable {
    /// ε: the multipliers' sum stays below 1 / ε.
    package var epsilon = 0.01
    package var maximumIterations = 50
    /// The gap that is small enough; `nil` for half the standard error of the first classifier's error.
    package var nu: Double?
    /// η₀.
    package var initialRate = 2.0

    package init() {}

    package struct Solution: Sendable {
        package var hypotheses: [ReductionHypothesis]
        /// By hypothesis, with sum 1.
        package var weights: [Double]
        /// Of each round.
        package var gaps: [Double]
        package var bestIteration: Int
        package var nu: Double
        package var fitCount: Int

        package var bestGap: Double { gaps[bestIteration] }
        /// A gap of nothing but rounding is small enough whatever was asked for.
        package var hasConverged: Bool { bestGap < max(nu, ExponentiatedGradient.precision) }
    }

    /// The least change that counts, of values and of gaps.
    fileprivate static let precision = 1e-8

    package func solve(_ problem: some ReductionProblem) throws(AssayError) -> Solution {
        var game = Game(problem: problem, multiplierBound: 1 / epsilon)
        var exponents = [Double](repeating: 0, count: problem.constraintCount)
        var sums = exponents
        var answers: [Int] = []
        var mixtures: [[Double]] = []
        var gaps: [Double] = []
        var averageGaps: [Double] = []
        var rate = initialRate / game.multiplierBound
        var limit = nu ?? 0
        var lastChecked = 5.0
        var lastGap = Double.infinity
        for round in 0..<maximumIterations {
            // Shifted by the greatest, which cancels, so that no power overflows.
            let greatest = max(0, exponents.max() ?? 0)
            let powers = exponents.map { exponential($0 - greatest) }
            let total = exponential(-greatest) + powers.reduce(0, +)
            let multipliers = powers.map { game.multiplierBound * $0 / total }
            for index in sums.indices { sums[index] += multipliers[index] }
            let averages = sums.map { $0 / Double(round + 1) }
            let answer = try game.answer(to: multipliers)
            if round == 0, nu == nil { limit = problem.standardNu(game.hypotheses[answer]) }
            answers.append(answer)
            var mixture = [Double](repeating: 0, count: game.hypotheses.count)
            for answer in answers { mixture[answer] += 1 }
            for index in mixture.indices { mixture[index] /= Double(answers.count) }
            let averageGap = try game.gap(mixture, averages, limit)
            averageGaps.append(averageGap)
            var gap = averageGap
            if round > 0 {
                let (best, bestGap) = try game.bestMixture(limit)
                if !(averageGap < bestGap) { (mixture, gap) = (best, bestGap) }
            }
            mixtures.append(mixture)
            gaps.append(gap)
            if gap < limit, round >= 5 { break }
            if Double(round) >= lastChecked * 1.6 {
                let best = averageGaps.min() ?? .infinity
                if best > lastGap * 0.8 { rate *= 0.8 }
                lastChecked = Double(round)
                lastGap = best
            }
            let violations = game.hypotheses[answer].violations
            for index in exponents.indices { exponents[index] += rate * (violations[index] - problem.bound) }
        }
        let least = gaps.min() ?? .infinity
        let best = gaps.lastIndex { $0 <= least + Self.precision } ?? 0
        var weights = mixtures[best]
        weights += [Double](repeating: 0, count: game.hypotheses.count - weights.count)
        return Solution(
            hypotheses: game.hypotheses, weights: weights, gaps: gaps, bestIteration: best, nu: limit, fitCount: game.fitCount)
    }

    /// The classifiers seen so far, and the values they have under multipliers.
    private struct Game<Problem: ReductionProblem> {
        let problem: Problem
        let multiplierBound: Double
        var hypotheses: [ReductionHypothesis] = []
        var fitCount = 0
        private var known: (hypothesisCount: Int, weights: [Double], gap: Double)?

        init(problem: Problem, multiplierBound: Double) {
            self.problem = problem
            self.multiplierBound = multiplierBound
        }

        /// The best classifier under `multipliers`: a new one where it is better than all before by more than rounding.
        mutating func answer(to multipliers: [Double]) throws(AssayError) -> Int {
            let new = try problem.bestResponse(multipliers, isNormalised: true)
            fitCount += 1
            var best: (index: Int, value: Double)?
            for (index, hypothesis) in hypotheses.enumerated() {
                let value = Self.value(hypothesis, multipliers)
                if best.map({ value < $0.value }) ?? true { best = (index, value) }
            }
            if let best, !(Self.value(new, multipliers) < best.value - ExponentiatedGradient.precision) { return best.index }
            hypotheses.append(new)
            return hypotheses.count - 1
        }

        private static func value(_ hypothesis: ReductionHypothesis, _ multipliers: [Double]) -> Double {
            zip(hypothesis.violations, multipliers).reduce(hypothesis.error) { $0 + $1.0 * $1.1 }
        }

        /// How much either side of the game could still gain.
        mutating func gap(_ mixture: [Double], _ multipliers: [Double], _ limit: Double) throws(AssayError) -> Double {
            let projected = problem.projected(multipliers)
            let error = zip(mixture, hypotheses).reduce(0) { $0 + $1.0 * $1.1.error }
            let broken = projected.indices.map { constraint in
                zip(mixture, hypotheses).reduce(0) { $0 + $1.0 * $1.1.violations[constraint] } - problem.bound
            }
            let value = zip(projected, broken).reduce(error) { $0 + $1.0 * $1.1 }
            let high = error + multiplierBound * max(0, broken.max() ?? 0)
            var low = value
            for factor in [1.0, 2, 5, 10] {
                let index = try self.answer(to: multipliers.map { factor * $0 })
                let answer = hypotheses[index]
                let answerValue = zip(projected, answer.violations).reduce(answer.error) {
                    $0 + $1.0 * ($1.1 - problem.bound)
                }
                low = min(low, answerValue)
                if max(value - low, high - value) > limit + ExponentiatedGradient.precision { break }
            }
            return max(value - low, high - value)
        }

        /// The best mixture of all classifiers so far with its gap; the same as before while there is no new classifier.
        mutating func bestMixture(_ limit: Double) throws(AssayError) -> (weights: [Double], gap: Double) {
            let count = hypotheses.count
            if let known, known.hypothesisCount == count { return (known.weights, known.gap) }
            var program = MixtureProgram(
                errors: hypotheses.map(\.error),
                violations: hypotheses.map { $0.violations.map { $0 - problem.bound } }, bound: multiplierBound)
            let (weights, multipliers) = program.solve()
            let gap = try self.gap(weights, multipliers, limit)
            known = (count, weights, gap)
            return (weights, gap)
        }
    }
}
