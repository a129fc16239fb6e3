import AssayMetrics
import AssayTerms

/// Attributions as weighted differences of a game's values: what a player adds to coalitions, each with its weight.
///
/// Both kinds add up to `v(all) − v(none)` exactly but for rounding: along a permutation the differences telescope, and Owen's value is efficient.
struct MarginalGame: Sendable {
    /// A coalition with the player less the same without; places among the asked ones, `nil` for none and `all` for everybody.
    struct Term: Sendable {
        let with: Int32
        let without: Int32
        let weight: Double
    }

    /// Places of the two coalitions whose values are known.
    static let nobody: Int32 = -1
    static let everybody: Int32 = -2

    let terms: [[Term]]
    /// Whether these are the definition's own sums and no average over a draw.
    let isExact: Bool

    var bytes: Int { terms.reduce(0) { $0 + $1.count * MemoryLayout<Term>.stride } }

    /// - Returns: each player's, a compensated sum.
    func attributions(_ values: ArraySlice<Double>, nobody: Double, everybody: Double) -> [Double] {
        let first = values.startIndex
        func value(_ place: Int32) -> Double {
            place == Self.nobody ? nobody : place == Self.everybody ? everybody : values[first + Int(place)]
        }
        return terms.map { terms in
            var sum = CompensatedSum()
            for term in terms { sum.add(term.weight * (value(term.with) - value(term.without))) }
            return sum.value
        }
    }
}

/// Coalitions to be asked, each once.
private struct AskedCoalitions {
    let playerCount: Int
    private(set) var subsets: [[UInt64]] = []
    private var places: [[UInt64]: Int32] = [:]

    init(playerCount: Int) { self.playerCount = playerCount }

    mutating func place(of members: some Sequence<Int>) -> Int32 {
        var words = [UInt64](repeating: 0, count: (playerCount + 63) / 64)
        var count = 0
        for member in members {
            words[member / 64] |= 1 << UInt64(member % 64)
            count += 1
        }
        if count == 0 { return MarginalGame.nobody }
        if count == playerCount { return MarginalGame.everybody }
        if let place = places[words] { return place }
        let place = Int32(subsets.count)
        places[words] = place
        subsets.append(words)
        return place
    }
}

extension MarginalGame {
    /// Averages over random orders of the players, each followed there and back: Shapley values but for the draw.
    ///
    /// Definition: with orders π₁…πₙ, `φᵢ = 1/(2n) Σ_π [v(before i in π, and i) − v(before i) + v(i and after) − v(after i)]`. A game whose players interact
    /// in pairs at most has its Shapley values after one order already.
    ///
    /// - Parameters:
    ///   - evaluations: coalitions that may be asked; at least one order is followed.
    ///   - seed: of numpy's legacy generator, begun anew for each row.
    /// - Source: Castro, Gómez and Tejada (2009); antithetic orders: Mitchell et al. (2022); shap 0.51, `PermutationExplainer`, whose orders these are for
    ///   the first row after `numpy.random.seed(seed)`.
    static func permutations(players: Int, evaluations: Int, seed: UInt32) -> (game: MarginalGame, coalitions: Coalitions) {
        let orders = max(evaluations / (2 * players + 1), 1)
        let weight = 1 / Double(2 * orders)
        var generator = MersenneTwister(seed: seed)
        var asked = AskedCoalitions(playerCount: players)
        var terms = [[Term]](repeating: [], count: players)
        var order = (0..<Int32(players)).map { $0 }
        for _ in 0..<orders {
            generator.shuffle(&order)
            let members = order.map(Int.init)
            var before = nobody
            var after = everybody
            for place in 0..<players {
                let with = asked.place(of: members[...place])
                let rest = asked.place(of: members[(place + 1)...])
                terms[members[place]].append(Term(with: with, without: before, weight: weight))
                terms[members[place]].append(Term(with: after, without: rest, weight: weight))
                before = with
                after = rest
            }
        }
        return (MarginalGame(terms: terms, isExact: players <= 2), Coalitions(players: players, subsets: asked.subsets))
    }

    /// Owen's value: groups join one after another, and within a group its players.
    ///
    /// Definition: for player i of group G, with m groups and g players in G, over coalitions Q of other groups and S of G's other players,
    /// `φᵢ = Σ_Q Σ_S |Q|! (m − |Q| − 1)! / m! · |S|! (g − |S| − 1)! / g! · [v(Q ∪ S ∪ i) − v(Q ∪ S)]`. A group's players add up to the Shapley
    /// value of the group among the groups.
    ///
    /// - Parameter groups: each player's group, numbered from 0.
    /// - Throws: `limitExceeded` where more than `limit` coalitions would be asked.
    /// - Source: Owen, Values of games with a priori unions (1977), equation 2.
    static func owen(groups: [Int], limit: Int) throws(AssayError) -> (game: MarginalGame, coalitions: Coalitions) {
        let players = groups.count
        let groupCount = (groups.max() ?? -1) + 1
        let members = (0..<groupCount).map { group in groups.indices.filter { groups[$0] == group } }
        var needed = 0.0
        for group in members { needed += exp2(groupCount - 1) * exp2(group.count) }
        guard needed <= Double(limit) else {
            throw AssayError(
                .limitExceeded,
                "\(groupCount) groups and single columns with up to \(members.map(\.count).max() ?? 0) columns each need more than \(limit) coalitions a row; "
                    + "make larger groups of fewer columns, or use --method permutation")
        }
        var asked = AskedCoalitions(playerCount: players)
        var terms = [[Term]](repeating: [], count: players)
        for (number, own) in members.enumerated() {
            let others = (0..<groupCount).filter { $0 != number }
            for outer in 0..<(1 << others.count) {
                let joined = others.indices.filter { outer >> $0 & 1 == 1 }.flatMap { members[others[$0]] }
                let outerWeight = 1 / (Double(groupCount) * Coalitions.binomial(groupCount - 1, outer.nonzeroBitCount))
                let places = (0..<(1 << own.count)).map { inner in
                    asked.place(of: joined + own.indices.filter { inner >> $0 & 1 == 1 }.map { own[$0] })
                }
                for (bit, player) in own.enumerated() {
                    for inner in places.indices where inner >> bit & 1 == 0 {
                        let weight = outerWeight / (Double(own.count) * Coalitions.binomial(own.count - 1, inner.nonzeroBitCount))
                        terms[player].append(Term(with: places[inner | 1 << bit], without: places[inner], weight: weight))
                    }
                }
            }
        }
        return (MarginalGame(terms: terms, isExact: true), Coalitions(players: players, subsets: asked.subsets))
    }

    private static func exp2(_ exponent: Int) -> Double { exponent > 60 ? .infinity : Double(1 << exponent) }
}
