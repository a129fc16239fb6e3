import AssayMetrics
import AssayColumns
package import AssayModels
package import AssayTerms

/// What a linear explanation compares with where columns that go together are to share what they say: the mean and covariance of the features.
///
/// Definition: the game of the model's expected score under a normal distribution with the background's mean and covariance, given the players' columns:
/// `v(S) = b + w·μ + a_S·(z − μ)` with `a_S = w_S + Σ_SS⁻¹ Σ_SR w_R` on the features of S and 0 elsewhere. Its Shapley values are linear in
/// the row too, `φᵢ = Aᵢ·(z − μ)`, so that A is computed once: over all coalitions of up to ``exactPlayers`` players, else over random orders there and back.
/// A feature that the others of a coalition determine adds nothing to them.
///
/// - Complexity: 2^players × features² once, or orders × players × features²; a row takes players × features.
/// - Source: Aas, Jullum and Løland (2021), section 3.1; shap 0.51, `LinearExplainer` with `feature_perturbation="correlation_dependent"`, which draws
///   1,000 orders. The conditional means by the sweep operator: Goodnight (1979).
package struct CorrelatedBackground: Sendable {
    package static let exactPlayers = 12
    /// Orders that are drawn beyond, fewer where features are so many that more would take minutes.
    static let orders = 500
    static let featureLimit = 500
    /// Multiplications for which every coalition is taken, and orders are drawn.
    private static let work = 4e9

    package let name: String
    package let rowCount: Int
    /// Of how many.
    package let availableCount: Int
    /// Orders that were drawn; 0 where every coalition was taken.
    package let orderCount: Int
    let means: [Double]
    /// By score: `[player · features + feature]`.
    let coefficients: [[Double]]

    /// - Parameter players: each input's player.
    /// - Throws: `.invalidArgument` for a background of one row, `.limitExceeded` beyond ``featureLimit``.
    package init(_ rows: BackgroundRows, scorer: Scorer, players: Players, seed: UInt32) throws(AssayError) {
        let head = scorer.model.linearHead
        guard rows.rowCount > 1 else {
            throw AssayError(.invalidArgument, "the background '\(rows.name)' has one row, which says nothing of what goes together; name more rows")
        }
        let values = try scorer.values(rows.block)
        // Refuses rows with missing values where the model does.
        _ = try scorer.scores(values)
        let features = LinearFeatures(head)
        guard features.count <= Self.featureLimit else {
            throw AssayError(
                .limitExceeded, "the model has \(features.count) features, and covariances are computed of up to \(Self.featureLimit); use --method linear")
        }
        name = rows.name
        rowCount = rows.rowCount
        availableCount = rows.availableCount
        let matrix = features.matrix(values)
        let count = features.count
        var means = [Double](repeating: 0, count: count)
        for row in 0..<rowCount { for feature in 0..<count { means[feature] += matrix[row * count + feature] } }
        for feature in 0..<count { means[feature] /= Double(rowCount) }
        var covariance = [Double](repeating: 0, count: count * count)
        for row in 0..<rowCount {
            for first in 0..<count {
                let own = matrix[row * count + first] - means[first]
                guard own != 0 else { continue }
                for second in 0..<count { covariance[first * count + second] += own * (matrix[row * count + second] - means[second]) }
            }
        }
        for place in covariance.indices { covariance[place] /= Double(rowCount - 1) }
        self.means = means

        let playerOf = features.steps.map { players.of[scorer.model.graph.origins[$0]] }
        let active = Set(playerOf).sorted()
        let members = active.map { player in playerOf.indices.filter { playerOf[$0] == player } }
        let weights = (0..<head.scoreCount).map { features.weights(score: $0) }
        var sums = weights.map { _ in [Double](repeating: 0, count: players.count * count) }
        func add(_ vectors: [[Double]], to player: Int, times factor: Double) {
            for (score, vector) in vectors.enumerated() {
                for (feature, value) in vector.enumerated() { sums[score][player * count + feature] += factor * value }
            }
        }
        let start = Sweep(covariance, count)
        let cube = Double(count * count * count)
        if active.count <= Self.exactPlayers, Double(1 << active.count) * cube / Double(active.count) <= Self.work {
            orderCount = 0
            let shares = (0..<active.count).map { 1 / (Double(active.count) * Coalitions.binomial(active.count - 1, $0)) }
            func visit(_ next: Int, _ sweep: Sweep, _ coalition: Int) {
                guard next == active.count else {
                    visit(next + 1, sweep, coalition)
                    var with = sweep
                    with.add(members[next])
                    visit(next + 1, with, coalition | 1 << next)
                    return
                }
                let vectors = weights.map { sweep.coefficients($0) }
                let size = coalition.nonzeroBitCount
                for (place, player) in active.enumerated() {
                    // A coalition with the player counts for it, one without against it.
                    add(vectors, to: player, times: coalition >> place & 1 == 1 ? shares[size - 1] : -shares[size])
                }
            }
            visit(0, start, 0)
        } else {
            orderCount = max(10, min(Self.orders, Int(Self.work / (2 * cube))))
            let share = 1 / Double(2 * orderCount)
            var generator = MersenneTwister(seed: seed)
            var order = (0..<Int32(active.count)).map { $0 }
            for _ in 0..<orderCount {
                generator.shuffle(&order)
                for places in [order, order.reversed()] {
                    var sweep = start
                    var before = weights.map { sweep.coefficients($0) }
                    for place in places.map(Int.init) {
                        sweep.add(members[place])
                        let after = weights.map { sweep.coefficients($0) }
                        add(after, to: active[place], times: share)
                        add(before, to: active[place], times: -share)
                        before = after
                    }
                }
            }
        }
        coefficients = sums
    }
}

/// The features of a linear head in its terms' order: numbers, and one indicator for each entry of a table.
struct LinearFeatures {
    private let terms: [(term: LinearHead.Term, first: Int)]
    let count: Int
    /// Each feature's step.
    let steps: [Int]

    init(_ head: LinearHead) {
        var terms: [(term: LinearHead.Term, first: Int)] = []
        var steps: [Int] = []
        for term in head.terms {
            terms.append((term, steps.count))
            switch term {
            case .number: steps.append(term.step)
            case .table(_, _, let weights): steps += weights.map { _ in term.step }
            }
        }
        self.terms = terms
        self.steps = steps
        count = steps.count
    }

    func weights(score: Int) -> [Double] {
        terms.flatMap { term, _ in
            switch term {
            case .number(_, let weights): [weights[score]]
            case .table(_, _, let weights): weights.map { $0[score] }
            }
        }
    }

    /// `[row · features + feature]`.
    func matrix(_ values: GraphValues) -> [Double] {
        var matrix = [Double](repeating: 0, count: values.rowCount * count)
        for (term, first) in terms {
            switch (term, values.steps[term.step]) {
            case (.number, .numbers(let numbers)?):
                for (row, value) in numbers.enumerated() { matrix[row * count + first] = value }
            case (.table(_, let code, let weights), .codes(let codes)?):
                for (row, own) in codes.enumerated() {
                    let place = Int(own) - Int(code)
                    if weights.indices.contains(place) { matrix[row * count + first + place] = 1 }
                }
            default: preconditionFailure("a term stands over a step of another kind")
            }
        }
        return matrix
    }
}

/// A covariance matrix swept on the features of a coalition: the others' regression on them.
private struct Sweep {
    private var values: [Double]
    private let variances: [Double]
    private let count: Int
    private var isTaken: [Bool]
    /// Taken, and not determined by those taken before.
    private var isSwept: [Bool]

    init(_ covariance: [Double], _ count: Int) {
        values = covariance
        self.count = count
        variances = (0..<count).map { covariance[$0 * count + $0] }
        isTaken = [Bool](repeating: false, count: count)
        isSwept = isTaken
    }

    mutating func add(_ features: [Int]) {
        for k in features {
            isTaken[k] = true
            let pivot = values[k * count + k]
            // What is left of its variance is rounding: the others determine it, or it never varied.
            guard pivot > 1e-10 * variances[k] else { continue }
            isSwept[k] = true
            for j in 0..<count { values[k * count + j] /= pivot }
            for i in 0..<count where i != k {
                let factor = values[i * count + k]
                guard factor != 0 else { continue }
                for j in 0..<count { values[i * count + j] -= factor * values[k * count + j] }
                values[i * count + k] = -factor / pivot
            }
            values[k * count + k] = 1 / pivot
        }
    }

    /// `a_S` by feature.
    func coefficients(_ weights: [Double]) -> [Double] {
        (0..<count).map { feature in
            guard isTaken[feature] else { return 0 }
            var coefficient = weights[feature]
            if isSwept[feature] {
                for other in 0..<count where !isTaken[other] { coefficient += weights[other] * values[feature * count + other] }
            }
            return coefficient
        }
    }
}
