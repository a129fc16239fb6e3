import Foundation
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
}

/// A parser under test.
struct Parser: Sendable {
    enum Verdict: Equatable {
        case sound
        case refused
        /// It took what it must not, or gave what cannot be.
        case broken(String)
    }

    let name: String
    let seeds: [[UInt8]]
    let accepts: @Sendable ([UInt8]) -> Verdict

    init(_ name: String, _ seeds: [String], _ accepts: @escaping @Sendable ([UInt8]) throws -> Verdict) {
        self.init(name, bytes: seeds.map { Array($0.utf8) }, accepts)
    }

    /// - Parameter accepts: an error is a refusal.
    init(_ name: String, bytes seeds: [[UInt8]], _ accepts: @escaping @Sendable ([UInt8]) throws -> Verdict) {
        self.name = name
        self.seeds = seeds
        self.accepts = { bytes in
            do { return try accepts(bytes) } catch { return .refused }
        }
    }

    /// For what takes text; bytes that are none are refused before.
    static func text(_ name: String, _ seeds: [String], _ accepts: @escaping @Sendable (String) throws -> Verdict) -> Parser {
        Parser(name, seeds) { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return .refused }
            return try accepts(text)
        }
    }

    static func same<Value: Equatable>(_ written: Value, _ read: Value, _ what: String = "it writes otherwise than it read") -> Verdict {
        written == read ? .sound : .broken("\(what): \(written)")
    }
}
