/// Which coalitions a model is asked about, and what is made of the answers.
package enum CoalitionMethod: Sendable, Equatable {
    /// Every coalition where so few are enough, else the nearest additive game on sampled ones (``Coalitions``, ``CoalitionRegression``).
    ///
    /// - Parameter samples: coalitions a row; `nil` for 2 M + 2048.
    case kernel(samples: Int?)
    /// Every coalition, of at most ``exactPlayers`` players.
    case exact
    /// Random orders, there and back (``MarginalGame/permutations(players:evaluations:seed:)``).
    ///
    /// - Parameter evaluations: coalitions a row; `nil` for ten orders.
    case permutation(evaluations: Int?)
    /// Owen's value: every coalition that groups, joining whole, allow (``MarginalGame/owen(groups:limit:)``).
    ///
    /// - Parameter groups: each column's group; attributions are to columns.
    case owen(groups: [Int])

    /// 65,534 coalitions.
    package static let exactPlayers = 16
    /// Coalitions of one row.
    static let coalitionLimit = 1 << 16

    /// So many coalitions of a row the model is asked about at most.
    package func coalitions(players: Int) -> Int {
        let all = players < Int.bitWidth - 2 ? max((1 << players) - 2, 0) : Int.max
        return switch self {
        case .kernel(let samples): min(all, samples ?? 2 * players + 2048)
        case .exact, .owen: min(all, Self.coalitionLimit)
        case .permutation(let evaluations): min(all, evaluations ?? 20 * players)
        }
    }

    package var name: String {
        switch self {
        case .kernel: "kernel"
        case .exact: "exact"
        case .permutation: "permutation"
        case .owen: "owen"
        }
    }

    /// Rows whose varying players have the same key have the same game.
    func key(_ players: [Int]) -> [Int] {
        guard case .owen(let groups) = self else { return [players.count] }
        var numbers: [Int: Int] = [:]
        return players.map { player in
            let number = numbers[groups[player]] ?? numbers.count
            numbers[groups[player]] = number
            return number
        }
    }
}
