import AssayTerms
import Synchronization

/// Games by their number of players, made once and used for every row and request that has as many: subsets, and where not all are
/// asked the factored regression, which takes longest.
///
/// Safe to use from several tasks; a game is made by one of them while others that need one wait. What was not used for longest goes
/// first, so that no more than `byteLimit` is kept, whatever rows come.
package final class KernelGames: Sendable {
    struct Game: Sendable {
        let coalitions: Coalitions
        /// `nil` where every subset is asked.
        let regression: CoalitionRegression?

        var bytes: Int { coalitions.bytes + (regression?.bytes ?? 0) }
    }

    private struct State {
        var games: [Int: (game: Game, usedAt: UInt64)] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    /// Of what is kept; one explanation holds as much again while it is made.
    package static let standardByteLimit = 256 << 20

    private let samples: Int?
    private let seed: UInt32
    private let byteLimit: Int
    private let state = Mutex(State())
    private let making = Mutex(())

    /// - Parameter samples: subsets a row; `nil` for 2 M + 2048.
    package init(samples: Int?, seed: UInt32, byteLimit: Int = standardByteLimit) {
        self.samples = samples
        self.seed = seed
        self.byteLimit = byteLimit
    }

    /// The game of so many players; `nil` where there are too few for one.
    ///
    /// - Parameter checkpoint: asked again and again while a game is made; what it throws ends that.
    /// - Throws: what `checkpoint` and ``CoalitionRegression`` throw.
    func game(of players: Int, _ checkpoint: () throws(AssayError) -> Void) throws(AssayError) -> Game? {
        guard players >= 2 else { return nil }
        if let game = known(players) { return game }
        // A typed error does not come out of a closure of Mutex: it is handed through.
        let made = making.withLock { _ in
            Result { () throws(AssayError) -> Game in
                if let game = known(players) { return game }
                try checkpoint()
                let game = try make(players, checkpoint)
                keep(game, players)
                return game
            }
        }
        return try made.get()
    }

    /// What is kept now, in bytes.
    var keptBytes: Int { state.withLock { $0.bytes } }

    private func known(_ players: Int) -> Game? {
        state.withLock { state in
            guard let found = state.games[players] else { return nil }
            state.clock += 1
            state.games[players] = (found.game, state.clock)
            return found.game
        }
    }

    private func make(_ players: Int, _ checkpoint: () throws(AssayError) -> Void) throws(AssayError) -> Game {
        let coalitions = Coalitions(players: players, samples: samples ?? 2 * players + 2048, seed: seed)
        guard !coalitions.isExact else { return Game(coalitions: coalitions, regression: nil) }
        return Game(
            coalitions: coalitions,
            regression: try CoalitionRegression(coalitions, weights: coalitions.weights, checkpoint: checkpoint))
    }

    private func keep(_ game: Game, _ players: Int) {
        state.withLock { state in
            guard game.bytes <= byteLimit else { return }
            while state.bytes + game.bytes > byteLimit {
                guard let oldest = state.games.min(by: { $0.value.usedAt < $1.value.usedAt }) else { break }
                state.games[oldest.key] = nil
                state.bytes -= oldest.value.game.bytes
            }
            state.clock += 1
            state.games[players] = (game, state.clock)
            state.bytes += game.bytes
        }
    }
}
