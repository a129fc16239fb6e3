import AssayMetrics
import Testing

/// Strong duality: a mixture and multipliers with equal values prove each other best, whatever vertex was found.
@Suite struct MixtureProgramTests {
    private func check(errors: [Double], violations: [[Double]], bound: Double) {
        var program = MixtureProgram(errors: errors, violations: violations, bound: bound)
        let (weights, multipliers) = program.solve()
        #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 >= 0 })
        #expect(multipliers.allSatisfy { $0 >= 0 } && multipliers.reduce(0, +) <= bound * (1 + 1e-9))
        let broken = violations[0].indices.map { constraint in
            zip(weights, violations).reduce(0) { $0 + $1.0 * $1.1[constraint] }
        }
        let primal = zip(weights, errors).reduce(0) { $0 + $1.0 * $1.1 } + bound * max(0, broken.max() ?? 0)
        let dual = zip(errors, violations).map { error, own in zip(multipliers, own).reduce(error) { $0 + $1.0 * $1.1 } }.min() ?? 0
        // Sums of some ten products up to `bound`, through some ten pivots.
        #expect(abs(primal - dual) < 1e-11 * max(1, bound))
    }

    @Test(arguments: 0..<60) func randomProgrammes(seed: UInt64) {
        var draw = SplitMix64(seed: seed)
        let classifiers = 1 + Int(draw.next() % 30)
        let constraints = 2 * (1 + Int(draw.next() % 6))
        let errors = (0..<classifiers).map { _ in draw.nextUnit() / 2 }
        // Opposite pairs as those of parity, on a coarse grid, so that many bases are degenerate.
        let violations = (0..<classifiers).map { _ in
            let half = (0..<(constraints / 2)).map { _ in (draw.nextUnit() * 8).rounded() / 8 - 0.5 }
            return half.map { $0 - 0.01 } + half.map { -$0 - 0.01 }
        }
        for bound in [0.5, 20, 100] { check(errors: errors, violations: violations, bound: bound) }
    }

    @Test func whatIsTied() {
        check(errors: [0.2, 0.2, 0.2], violations: [[0, 0], [0, 0], [0, 0]], bound: 100)
        check(errors: [0], violations: [[0.3, -0.3]], bound: 100)
        check(errors: [0.1, 0.3], violations: [[0.4, -0.5], [-0.2, 0.1]], bound: 100)
    }
}
