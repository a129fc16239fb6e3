import AssayMetrics
import Testing

/// The goal: draws that follow the binomial distribution, for few and for very many trials. The method: observed
/// frequencies of a small distribution against its exact probabilities, and mean and variance of large ones, each
/// within five standard errors of a seeded sample.
@Suite struct BinomialSamplerTests {
    @Test(arguments: [(0, 0.3), (5, 0), (5, 1), (1, 0.5)])
    func staysWithinItsRange(trials: Int, probability: Double) {
        let sampler = BinomialSampler(trials: trials, probability: probability)
        var generator = SplitMix64(seed: 1)
        let draws = Set((0..<200).map { _ in sampler.draw(&generator) })
        switch (trials, probability) {
        case (0, _), (_, 0): #expect(draws == [0])
        case (_, 1): #expect(draws == [trials])
        default: #expect(draws == [0, 1])
        }
    }

    @Test func followsTheExactProbabilities() {
        let sampler = BinomialSampler(trials: 4, probability: 0.3)
        let exact = [0.2401, 0.4116, 0.2646, 0.0756, 0.0081]
        var generator = SplitMix64(seed: 2)
        let count = 100_000
        var seen = [Int](repeating: 0, count: 5)
        for _ in 0..<count { seen[sampler.draw(&generator)] += 1 }
        for (outcome, probability) in exact.enumerated() {
            let error = (probability * (1 - probability) / Double(count)).squareRoot()
            #expect(abs(Double(seen[outcome]) / Double(count) - probability) < 5 * error)
        }
    }

    @Test(arguments: [(1_000_000, 0.5), (1_000_000, 0.001), (1_000_000, 0.999), (37, 0.02)])
    func hasTheRightMeanAndVariance(trials: Int, probability: Double) {
        let sampler = BinomialSampler(trials: trials, probability: probability)
        var generator = SplitMix64(seed: 3)
        let count = 20_000.0
        var sum = 0.0
        var squares = 0.0
        let mean = Double(trials) * probability
        for _ in 0..<Int(count) {
            let deviation = Double(sampler.draw(&generator)) - mean
            sum += deviation
            squares += deviation * deviation
        }
        let variance = mean * (1 - probability)
        // The excess kurtosis is below 1 / variance, so the variance's standard error is about v √((2 + 1/v) / n).
        #expect(abs(sum / count) < 5 * (variance / count).squareRoot())
        #expect(abs(squares / count - variance) < 5 * variance * ((2 + 1 / variance) / count).squareRoot())
    }
}
