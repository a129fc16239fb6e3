import AssayModels
import AssayTerms

/// Shapley interaction values of trees, path-dependent or interventional: how much of an attribution a pair of columns brings that neither does alone.
///
/// Each leaf is a game of the players on its way (``LeafGame``), whose interaction of i and j, against a row z, is
/// `Φᵢⱼ = ½ value · (xᵢ − zᵢ)(xⱼ − zⱼ) · ∫₀¹ Πₖ≠ᵢ,ⱼ (zₖ + t (xₖ − zₖ)) dt`. By covers, z holds shares, and ⌈(d − 1) / 2⌉ nodes are exact. Against
/// a background each of its patterns is a row: with u players met by the row alone and v by the other alone the integral is
/// `u! v! / (u + v + 1)!` of those that are left. Rows that meet a leaf's conditions alike share its values within a chunk.
///
/// - Complexity: for each tree and row O(leaves × d² × nodes), against a background O(leaves × patterns × d²); less for rows that are alike.
/// - Source: the integral form of the interaction index, Grabisch and Roubens (1999); definition: Lundberg et al. (2020), equations 4 and 5. shap 0.51,
///   `TreeExplainer.shap_interaction_values`, has the path-dependent ones.
struct TreeInteractions: Sendable {
    private struct Condition: Sendable {
        /// Place among the tree's inner nodes.
        let node: Int
        let isLeft: Bool
    }

    private struct Leaf: Sendable {
        let players: [Int32]
        let conditions: [[Condition]]
        /// Share of training rows that meet each player's conditions.
        let shares: [Double]
        /// Patterns of background rows with their shares; `nil` where covers are followed.
        let patterns: [(pattern: UInt64, share: Double)]?
        /// By output.
        let values: [Double]
    }

    private let ensemble: TreeEnsemble
    /// Places of the inner nodes among the ensemble's.
    private let inner: [Int]
    private let leaves: [Leaf]
    private let score: Int
    private let rules: [Int: GaussLegendre]
    private let playerCount: Int

    /// - Throws: `unsupported` for a way on which more than 64 players are asked.
    init(
        _ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, players: [Int32], playerCount: Int, explained: [Int], background: FeatureMatrix?
    ) throws(AssayError) {
        self.ensemble = ensemble
        self.playerCount = playerCount
        score = Int(tree.score)
        let outputs = score < 0 ? explained : [0]
        var inner: [Int] = []
        var leaves: [Leaf] = []
        var open: [(node: Int32, way: [(player: Int32, conditions: [Condition], share: Double)])] = [(tree.root, [])]
        while let (place, way) = open.popLast() {
            let node = ensemble.nodes[Int(place)]
            if node.isLeaf {
                guard way.count > 1 else { continue }
                guard way.count <= 64 else {
                    throw AssayError(
                        .unsupported,
                        "a way through a tree asks \(way.count) columns, and interaction values are computed for up to 64; put columns into groups")
                }
                leaves.append(
                    Leaf(
                        players: way.map(\.player), conditions: way.map(\.conditions), shares: way.map(\.share), patterns: nil,
                        values: outputs.map { ensemble.leaves[Int(node.content) + $0] }))
                continue
            }
            let number = inner.count
            inner.append(Int(place))
            let player = players[Int(node.feature)]
            for (child, isLeft) in [(node.right, false), (node.left, true)] {
                let share = node.cover > 0 ? ensemble.nodes[Int(child)].cover / node.cover : 0
                let condition = Condition(node: number, isLeft: isLeft)
                var next = way
                if let known = next.firstIndex(where: { $0.player == player }) {
                    next[known].conditions.append(condition)
                    next[known].share *= share
                } else {
                    next.append((player, [condition], share))
                }
                open.append((child, next))
            }
        }
        if let background {
            let ways = Self.ways(ensemble, inner, background, 0..<background.rowCount)
            leaves = leaves.map { leaf in
                var counts: [UInt64: Int] = [:]
                for row in 0..<background.rowCount { counts[Self.pattern(leaf, ways, row, inner.count), default: 0] += 1 }
                let patterns = counts.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value) / Double(background.rowCount)) }
                return Leaf(
                    players: leaf.players, conditions: leaf.conditions, shares: leaf.shares, patterns: patterns, values: leaf.values)
            }
        }
        self.inner = inner
        self.leaves = leaves
        var rules: [Int: GaussLegendre] = [:]
        for leaf in leaves {
            let count = max(1, leaf.players.count / 2)
            if rules[count] == nil { rules[count] = GaussLegendre(count: count) }
        }
        self.rules = rules
    }

    private static func ways(_ ensemble: TreeEnsemble, _ inner: [Int], _ matrix: FeatureMatrix, _ rows: Range<Int>) -> [Bool] {
        var ways = [Bool](repeating: false, count: rows.count * inner.count)
        for (number, place) in inner.enumerated() {
            let node = ensemble.nodes[place]
            for (index, row) in rows.enumerated() {
                ways[index * inner.count + number] = ensemble.goesLeft(matrix[row: row, feature: Int(node.feature)], at: node)
            }
        }
        return ways
    }

    private static func pattern(_ leaf: Leaf, _ ways: [Bool], _ row: Int, _ innerCount: Int) -> UInt64 {
        var pattern: UInt64 = 0
        for (bit, conditions) in leaf.conditions.enumerated()
        where conditions.allSatisfy({ ways[row * innerCount + $0.node] == $0.isLeft }) { pattern |= 1 << UInt64(bit) }
        return pattern
    }

    /// Adds the pairs' values to `matrices[((row · scores + score) · players + i) · players + j]`, for i ≠ j.
    func add(_ matrix: FeatureMatrix, rows: Range<Int>, explained: [Int], to matrices: UnsafeMutablePointer<Double>) {
        let ways = Self.ways(ensemble, inner, matrix, rows)
        let place = score < 0 ? 0 : explained.firstIndex(of: score) ?? 0
        for leaf in leaves {
            let count = leaf.players.count
            var known: [UInt64: [Double]] = [:]
            for row in 0..<rows.count {
                let pattern = Self.pattern(leaf, ways, row, inner.count)
                let pairs: [Double]
                if let found = known[pattern] {
                    pairs = found
                } else {
                    pairs = leaf.patterns.map { Self.pairs(count, pattern, $0) } ?? byShares(leaf, pattern)
                    known[pattern] = pairs
                }
                for (output, value) in leaf.values.enumerated() {
                    let start = matrices + (row * explained.count + place + output) * playerCount * playerCount
                    var next = 0
                    for i in 0..<count {
                        for j in (i + 1)..<max(count, i + 1) {
                            let term = value * pairs[next]
                            next += 1
                            start[Int(leaf.players[i]) * playerCount + Int(leaf.players[j])] += term
                            start[Int(leaf.players[j]) * playerCount + Int(leaf.players[i])] += term
                        }
                    }
                }
            }
        }
    }

    /// Half the interaction of each pair i < j, for a leaf of value 1, the players followed as independent.
    private func byShares(_ leaf: Leaf, _ pattern: UInt64) -> [Double] {
        let count = leaf.players.count
        let met = (0..<count).map { pattern >> UInt64($0) & 1 == 1 ? 1.0 : 0 }
        var pairs = [Double](repeating: 0, count: count * (count - 1) / 2)
        var factors = [Double](repeating: 0, count: count)
        var suffix = [Double](repeating: 1, count: count + 1)
        guard let rule = rules[max(1, count / 2)] else { return pairs }
        for (t, weight) in zip(rule.nodes, rule.weights) {
            for k in 0..<count { factors[k] = leaf.shares[k] + t * (met[k] - leaf.shares[k]) }
            for k in (0..<count).reversed() { suffix[k] = suffix[k + 1] * factors[k] }
            var before = weight
            var next = 0
            for i in 0..<count {
                // The product of all before i, then of those between i and j.
                var between = before
                for j in (i + 1)..<max(count, i + 1) {
                    pairs[next] += between * suffix[j + 1]
                    next += 1
                    between *= factors[j]
                }
                before *= factors[i]
            }
        }
        var next = 0
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) {
                pairs[next] *= 0.5 * (met[i] - leaf.shares[i]) * (met[j] - leaf.shares[j])
                next += 1
            }
        }
        return pairs
    }

    /// The same against the background's patterns.
    private static func pairs(_ count: Int, _ pattern: UInt64, _ background: [(pattern: UInt64, share: Double)]) -> [Double] {
        let all: UInt64 = count == 64 ? .max : (1 << UInt64(count)) - 1
        var pairs = [Double](repeating: 0, count: count * (count - 1) / 2)
        for (other, share) in background where (pattern | other) & all == all {
            let own = pattern & ~other
            let their = other & ~pattern
            let (u, v) = (own.nonzeroBitCount, their.nonzeroBitCount)
            guard u + v >= 2 else { continue }
            func integral(_ u: Int, _ v: Int) -> Double { 1 / (Double(u + v + 1) * Coalitions.binomial(u + v, u)) }
            let bothOwn = u >= 2 ? 0.5 * share * integral(u - 2, v) : 0
            let bothTheir = v >= 2 ? 0.5 * share * integral(u, v - 2) : 0
            let mixed = u >= 1 && v >= 1 ? -0.5 * share * integral(u - 1, v - 1) : 0
            var next = 0
            for i in 0..<count {
                let isOwn = own >> UInt64(i) & 1 == 1
                let isTheir = their >> UInt64(i) & 1 == 1
                for j in (i + 1)..<max(count, i + 1) {
                    defer { next += 1 }
                    guard isOwn || isTheir else { continue }
                    let first = own >> UInt64(j) & 1 == 1
                    let second = their >> UInt64(j) & 1 == 1
                    guard first || second else { continue }
                    pairs[next] += isOwn == first ? (isOwn ? bothOwn : bothTheir) : mixed
                }
            }
        }
        return pairs
    }
}
