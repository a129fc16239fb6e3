import AssayTerms
import Testing

@testable import AssayExplain

/// Goal: games are the same whether they are kept or made anew, no more is kept than may be, and a time that is over ends the making.
/// Method: games of many sizes beside those of explainers that keep nothing.
@Suite struct KernelGamesTests {
    private static func words(_ games: KernelGames, _ players: Int) throws -> [UInt64]? {
        try games.game(of: Array(0..<players)) {}?.coalitions.words
    }

    @Test func whatIsKeptIsBounded() throws {
        let limit = 2 << 20
        let (bounded, unbounded) = (KernelGames(.kernel(samples: 500), seed: 3, byteLimit: limit), KernelGames(.kernel(samples: 500), seed: 3))
        for players in Array(2..<60) + Array((2..<60).reversed()) {
            #expect(try Self.words(bounded, players) == Self.words(unbounded, players))
            #expect(bounded.keptBytes <= limit)
        }
        #expect(bounded.keptBytes > limit / 2)
        #expect(unbounded.keptBytes > limit)
        // A game beyond the limit is made, and not kept.
        let tiny = KernelGames(.kernel(samples: 500), seed: 3, byteLimit: 100)
        #expect(try Self.words(tiny, 40) == Self.words(unbounded, 40))
        #expect(tiny.keptBytes == 0)
    }

    @Test func thereIsNoGameOfFewerThanTwo() throws {
        let games = KernelGames(.kernel(samples: nil), seed: 0)
        #expect(try Self.words(games, 0) == nil)
        #expect(try Self.words(games, 1) == nil)
    }

    @Test func aTimeThatIsOverEndsTheMaking() throws {
        let games = KernelGames(.kernel(samples: 500), seed: 0)
        var asked = 0
        #expect(throws: AssayError.self) {
            _ = try games.game(of: Array(0..<50)) { () throws(AssayError) in
                asked += 1
                if asked == 20 { throw AssayError(.limitExceeded, "late") }
            }
        }
        #expect(asked == 20)
        #expect(games.keptBytes == 0)
        #expect(try Self.words(games, 50) != nil)
    }
}
