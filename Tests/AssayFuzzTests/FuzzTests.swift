import Foundation
import FuzzedModels
import Testing

/// Every parser of ours that meets the network, given what nobody would send: none traps, and none takes what is not what it writes,
/// where there is one way to write it.
///
/// Rounds are counted, not timed, and begin at stated seeds, so that a failure comes again. `scripts/fuzz --long` takes more of them.
@Suite struct FuzzTests {
    private static let rounds = ProcessInfo.processInfo.environment["ASSAY_FUZZ_ROUNDS"].flatMap(Int.init) ?? 300

    @Test(arguments: Parsers.all.indices) func takesAnything(index: Int) throws {
        let parser = Parsers.all[index]
        // Only from the environment does another seed come, to go on where earlier runs ended.
        let base = ProcessInfo.processInfo.environment["ASSAY_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        var mutator = Mutator(seed: base &* 0x1_0000 &+ UInt64(index))
        for seed in parser.seeds { #expect(parser.accepts(seed) == .sound, "\(parser.name) does not take its own seed \(seed)") }
        var taken = 0
        for round in 0..<Self.rounds {
            let bytes = mutator.next(parser.seeds)
            switch parser.accepts(bytes) {
            case .sound: taken += 1
            case .refused: break
            case .broken(let reason): Issue.record("\(parser.name), round \(round): \(reason): \(String(decoding: bytes, as: UTF8.self)) \(bytes)")
            }
        }
        #expect(taken > 0 && taken < Self.rounds, "\(parser.name) took \(taken) of \(Self.rounds): this shows nothing")
    }

    /// What libFuzzer begins with reaches the readers' ends (`Tests/Fixtures/seeds/KIND/…`), and changed it breaks nothing.
    @Test(arguments: FailCases.seeds) func takesSeeds(seed: FailCases.Case) throws {
        let parser = try #require(ModelParsers.all.first { $0.name == seed.kind }, "there is no reader '\(seed.kind)'")
        // Linear leaves are scored, and not explained by the trees' own numbers.
        #expect(parser.accepts(seed.bytes) == (seed.name == "linear.txt" ? .refused : .sound))
        var mutator = Mutator(seed: 1)
        for round in 0..<Self.rounds / 3 {
            let bytes = mutator.next([seed.bytes])
            if case .broken(let reason) = parser.accepts(bytes) { Issue.record("\(seed.kind), \(seed.name), round \(round): \(reason): \(bytes)") }
        }
    }

    /// What once broke a reader of model files breaks none any more: `FailCases/KIND/…`, as `scripts/fuzz models` left it.
    @Test(arguments: FailCases.all) func breaksNoMore(failCase: FailCases.Case) throws {
        let parser = try #require(ModelParsers.all.first { $0.name == failCase.kind }, "there is no reader '\(failCase.kind)'")
        if case .broken(let reason) = parser.accepts(failCase.bytes) { Issue.record("\(failCase.kind), \(failCase.name): \(reason)") }
    }
}
