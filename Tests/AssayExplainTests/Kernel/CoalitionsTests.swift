import AssayTerms
import Testing

@testable import AssayExplain

/// Goal: the subsets and weights are the Shapley kernel's, and the two ways to attributions agree where both are exact.
/// Method: laws over many numbers of players; that the drawn subsets are shap's is held in Tests/Reference/test_kernel.py.
@Suite struct CoalitionsTests {
    private func members(_ coalitions: Coalitions, _ subset: Int) -> [Int] {
        (0..<coalitions.playerCount).filter { coalitions.contains(subset, $0) }
    }

    @Test(arguments: 2...11) func allOfThemWhereTheyFit(players: Int) {
        let coalitions = Coalitions(players: players, samples: 2 * players + 2048, seed: 0)
        #expect(coalitions.isExact)
        #expect(coalitions.count == 1 << players - 2)
        #expect(Set((0..<coalitions.count).map { members(coalitions, $0) }).count == coalitions.count)
        #expect((0..<coalitions.count).allSatisfy { (1..<players).contains(members(coalitions, $0).count) })
    }

    @Test(arguments: [(12, 2072), (12, 100), (13, 300), (30, 2108), (63, 500), (64, 500), (65, 500), (200, 2448)])
    func drawnOnes(players: Int, samples: Int) {
        let coalitions = Coalitions(players: players, samples: samples, seed: 3)
        #expect(!coalitions.isExact)
        #expect(coalitions.count <= samples && coalitions.count == coalitions.weights.count)
        #expect((0..<coalitions.count).allSatisfy { (1..<players).contains(members(coalitions, $0).count) })
        #expect(coalitions.weights.allSatisfy { $0 > 0 })
        // The kernel's shares of all sizes together are 1.
        #expect(abs(coalitions.weights.reduce(0, +) - 1) < 1e-12)
        let again = Coalitions(players: players, samples: samples, seed: 3)
        #expect(again.words == coalitions.words && again.weights == coalitions.weights)
        #expect(Coalitions(players: players, samples: samples, seed: 4).words != coalitions.words)
    }

    /// Subsets of one size that is there as a whole weigh the same, and its complements too.
    @Test func wholeSizesWeighAlike() {
        let coalitions = Coalitions(players: 12, samples: 2072, seed: 0)
        for size in [1, 11] {
            let places = (0..<coalitions.count).filter { members(coalitions, $0).count == size }
            #expect(places.count == 12)
            #expect(Set(places.map { coalitions.weights[$0] }).count == 1)
        }
    }

    /// A game that is known everywhere has one nearest additive game by the kernel's weights: its Shapley values.
    @Test(arguments: 2...8) func regressionOverAllSubsetsGivesShapleyValues(players: Int) throws {
        let coalitions = Coalitions(players: players, samples: 1 << 10, seed: 0)
        let weights = (0..<coalitions.count).map { subset -> Double in
            let size = members(coalitions, subset).count
            return Double(players - 1)
                / (Coalitions.binomial(players, size) * Double(size) * Double(players - size))
        }
        var values = (0..<(1 << players)).map { Double(($0 * 7919 + 13) % 101) / 101 }
        let regression = try CoalitionRegression(coalitions, weights: weights)
        let solved = regression.solve(values[1..<(values.count - 1)].map { $0 - values[0] }, total: values[values.count - 1] - values[0])
        let exact = ShapleyValues.exact(values, players: players)
        for (left, right) in zip(solved, exact) { #expect(abs(left - right) < 1e-13) }
        // Efficiency, and a player who adds nothing.
        #expect(abs(exact.reduce(0, +) - (values[values.count - 1] - values[0])) < 1e-14)
        for subset in values.indices { values[subset] = Double((subset & ~1).nonzeroBitCount) }
        #expect(ShapleyValues.exact(values, players: players) == [0] + [Double](repeating: 1, count: players - 1))
    }

    /// The glove game: one left glove, two right ones; a pair is worth 1. Shapley values 2/3, 1/6, 1/6.
    @Test func aGameOfTheTextbooks() {
        let values = (0..<8).map { $0 & 1 != 0 && $0 & 6 != 0 ? 1.0 : 0 }
        let phi = ShapleyValues.exact(values, players: 3)
        for (left, right) in zip(phi, [2.0 / 3, 1.0 / 6, 1.0 / 6]) { #expect(abs(left - right) < 1e-15) }
    }

    @Test func tooFewSubsetsAreRefused() throws {
        let coalitions = Coalitions(players: 40, samples: 10, seed: 0)
        let error = #expect(throws: AssayError.self) { try CoalitionRegression(coalitions, weights: coalitions.weights) }
        #expect(error?.code == .invalidArgument && error?.message.contains("--samples") == true)
        let many = Coalitions(players: 300, samples: 60_000, seed: 0)
        #expect(throws: AssayError.self) { try CoalitionRegression(many, weights: many.weights) }
    }

    @Test(arguments: [(5, 2, 10.0), (10, 0, 1), (10, 10, 1), (30, 15, 155_117_520), (50, 25, 126_410_606_437_752)])
    func binomials(n: Int, k: Int, value: Double) { #expect(Coalitions.binomial(n, k) == value) }
}
