import AssayTerms
import Synchronization

/// Games by what they are like (of most methods their number of players), made once and used for every row and request that has as many: subsets,
/// and where not all are asked the factored regression, which takes longest.
///
/// Safe to use from several tasks; a game is made by one of them while others that need one wait. What was not used for longest goes
/// first, so that no more than `byteLimit` is kept, whatever rows come.
package final class KernelGames: Sendable {
    struct Game: Sendable {
        enum Solver: Sendable {
            /// Every subset is asked.
            case exact
            case regression(CoalitionRegression)
            case marginal(MarginalGame)
        }

        let coalitions: Coalitions
        let solver: Solver

        var bytes: Int {
            switch solver {
            case .exact: coalitions.bytes
            case .regression(let regression): coalitions.bytes + regression.bytes
            case .marginal(let game): coalitions.bytes + game.bytes
            }
        }

        /// Whether attributions are the game's own values and no estimate.
        var isExact: Bool {
            switch solver {
            case .exact: true
            case .regression: false
            case .marginal(let game): game.isExact
            }
        }
    }

    private struct State {
        var games: [[Int]: (game: Game, usedAt: UInt64)] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    /// Of what is kept; one explanation holds as much again while it is made.
    package static let standardByteLimit = 256 << 20

    private let method: CoalitionMethod
    private let seed: UInt32
    private let byteLimit: Int
    private let state = Mutex(State())
    private let making = Mutex(())

    package init(_ method: CoalitionMethod, seed: UInt32, byteLimit: Int = standardByteLimit) {
        self.method = method
        self.seed = seed
        self.byteLimit = byteLimit
    }

    /// The game of these players; `nil` where there are too few for one.
    ///
    /// - Parameters:
    ///   - players: by number, ascending.
    ///   - checkpoint: asked again and again while a game is made; what it throws ends that.
    /// - Throws: `limitExceeded` for more coalitions than may be; what `checkpoint` and ``CoalitionRegression`` throw.
    func game(of players: [Int], _ checkpoint: () throws(AssayError) -> Void) throws(AssayError) -> Game? {
        guard players.count >= 2 else { return nil }
        let key = method.key(players)
        if let game = known(key) { return game }
        // A typed error does not come out of a closure of Mutex: it is handed through.
        let made = making.withLock { _ in
            Result { () throws(AssayError) -> Game in
                if let game = known(key) { return game }
                try checkpoint()
                let game = try make(players.count, key, checkpoint)
                keep(game, key)
                return game
            }
        }
        return try made.get()
    }

    /// What is kept now, in bytes.
    var keptBytes: Int { state.withLock { $0.bytes } }

    private func known(_ key: [Int]) -> Game? {
        state.withLock { state in
            guard let found = state.games[key] else { return nil }
            state.clock += 1
            state.games[key] = (found.game, state.clock)
            return found.game
        }
    }

    private func make(_ players: Int, _ key: [Int], _ checkpoint: () throws(AssayError) -> Void) throws(AssayError) -> Game {
        switch method {
        case .kernel(let samples):
            let coalitions = Coalitions(players: players, samples: samples ?? 2 * players + 2048, seed: seed)
            guard !coalitions.isExact else { return Game(coalitions: coalitions, solver: .exact) }
            return Game(
                coalitions: coalitions,
                solver: .regression(try CoalitionRegression(coalitions, weights: coalitions.weights, checkpoint: checkpoint)))
        case .exact:
            guard players <= CoalitionMethod.exactPlayers else {
                throw AssayError(
                    .limitExceeded,
                    "\(players) columns vary in a row, and every coalition is asked of \(CoalitionMethod.exactPlayers) at most; put columns into "
                        + "groups, or use --method kernel or permutation")
            }
            return Game(coalitions: Coalitions(players: players, samples: CoalitionMethod.coalitionLimit, seed: seed), solver: .exact)
        case .permutation(let evaluations):
            let (game, coalitions) = MarginalGame.permutations(players: players, evaluations: evaluations ?? 10 * (2 * players + 1), seed: seed)
            return Game(coalitions: coalitions, solver: .marginal(game))
        case .owen:
            let (game, coalitions) = try MarginalGame.owen(groups: key, limit: CoalitionMethod.coalitionLimit)
            return Game(coalitions: coalitions, solver: .marginal(game))
        }
    }

    private func keep(_ game: Game, _ key: [Int]) {
        state.withLock { state in
            guard game.bytes <= byteLimit else { return }
            while state.bytes + game.bytes > byteLimit {
                guard let oldest = state.games.min(by: { $0.value.usedAt < $1.value.usedAt }) else { break }
                state.games[oldest.key] = nil
                state.bytes -= oldest.value.game.bytes
            }
            state.clock += 1
            state.games[key] = (game, state.clock)
            state.bytes += game.bytes
        }
    }
}
