import AssayCanonical
import AssayJSON
import AssayTerms
import Testing

@testable import AssayLedgerCheck

/// The verifier's reading of JSON, its canonical form and the claim of a statement, against the writer's, which shares no code with it.
@Suite struct ClaimTests {
    /// SplitMix64.
    private struct Dice {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

        mutating func number() -> Double {
            switch below(4) {
            case 0: return Double(below(1_000))
            case 1: return Double(below(1_000_000)) / 1e6 - 0.5
            case 2: return Double(below(999)) * 1e19
            default:
                let drawn = Double(bitPattern: next())
                return drawn.isFinite ? drawn : 0
            }
        }

        mutating func text() -> String {
            let letters = ["a", "B", "\"", "\\", "\n", "\u{1}", "\u{1F}", "é", "e\u{301}", "\u{FFFD}", "\u{10000}", "😀", "\u{FB33}", " "]
            return (0..<below(4)).map { _ in letters[below(letters.count)] }.joined()
        }
    }

    @Test func numbersAreWrittenAsTheWriterWritesThem() throws {
        var dice = Dice(state: 1)
        var numbers: [Double] = [
            0, -0.0, 1e20, 1e21, 1e22, 1e-6, 1e-7, 123e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 9_007_199_254_740_991, 0.1, 100, -25,
        ]
        for _ in 0..<20_000 { numbers.append(dice.number()) }
        for number in numbers {
            let theirs = JSONValue.number(number).bytes()
            #expect(JSONText.number(number).canonical == theirs)
            #expect(JSONText(theirs)?.canonical == theirs)
        }
    }

    @Test func textsAndMembersAreWrittenAsTheWriterWritesThem() throws {
        var dice = Dice(state: 2)
        for _ in 0..<3_000 {
            var object = JSONObject()
            for _ in 0..<dice.below(6) { object[dice.text()] = .array([.string(dice.text()), .null, .bool(dice.below(2) == 0)]) }
            let value = JSONValue.object(object)
            #expect(try JSONText(value.bytes())?.canonical == value.canonicalBytes())
        }
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "-", "1.", ".5", "1e", "+1", "\"\\x\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud800\\u0041\"",
        "\"\u{1}\"", "nul", "true false", "1e999", "{\"a\"}", "{a:1}", "[1 2]", "\"open", "\"\\u12\"", "\"\\u00é0\"",
    ])
    func whatIsNoJSONIsNotRead(text: String) {
        #expect(JSONText(Array(text.utf8)) == nil)
        #expect((try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits(bytes: 100, takesDuplicates: false))) == nil)
    }

    @Test func bytesThatAreNoTextAndDepthsAreNotRead() {
        #expect(JSONText([0x22, 0xC3, 0x22]) == nil)
        #expect(JSONText([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)) == nil)
        #expect(JSONText(Array((String(repeating: "[", count: 60) + String(repeating: "]", count: 60)).utf8)) != nil)
    }

    @Test func claimsHaveTheDigestsThatTheWriterGivesThem() throws {
        var dice = Dice(state: 3)
        var digests: Set<String> = []
        for _ in 0..<400 {
            let envelope = Self.envelope(&dice)
            let theirs = try Claim.digest(of: envelope).hex
            let statement = EnvelopeJSON.statement(of: envelope)
            for bytes in [statement.bytes(), try statement.canonicalBytes()] {
                #expect(JSONText(bytes).flatMap { StatementClaim.digest(of: $0) } == theirs)
            }
            digests.insert(theirs)
        }
        #expect(digests.count > 390)
    }

    @Test func onlyEvidenceHasAClaim() throws {
        var dice = Dice(state: 4)
        let text = String(decoding: EnvelopeJSON.statement(of: Self.envelope(&dice)).bytes(), as: UTF8.self)
        for (part, other) in [("urn:assay:evidence:v1", "urn:assay:evidence:v2"), ("in-toto.io/Statement/v1", "in-toto.io/Statement/v0")] {
            let changed = text.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
            #expect(changed != text && JSONText(Array(changed.utf8)).flatMap { StatementClaim.digest(of: $0) } == nil)
        }
    }

    private static func envelope(_ dice: inout Dice) -> Envelope {
        func parameter(_ dice: inout Dice, _ depth: Int) -> Envelope.Parameter {
            switch dice.below(depth > 2 ? 4 : 6) {
            case 0: .text(Text(dice.text()))
            case 1: .number(dice.number())
            case 2: .integer(Int64(dice.below(1 << 53)) - 1 << 40)
            case 3: .flag(dice.below(2) == 0)
            case 4: .list((0..<dice.below(3)).map { _ in parameter(&dice, depth + 1) })
            default: .object([Text(dice.text()): parameter(&dice, depth + 1)])
            }
        }
        func interval(_ dice: inout Dice) -> Interval? {
            guard dice.below(2) == 0 else { return nil }
            return Interval(
                low: dice.number(), high: dice.number(), level: 0.95, method: dice.text(), seed: dice.below(2) == 0 ? 7 : .max - UInt64(dice.below(9)))
        }
        let descriptor = CheckDescriptor(
            id: "fairness.demographic_parity_difference", convention: .fairlearn, direction: .lowerIsBetter, kind: .counted, needs: [],
            sentence: "", source: "")
        let results = (0..<dice.below(4)).map { _ in
            var result = CheckResult(
                descriptor: descriptor, column: dice.below(2) == 0 ? Text(dice.text()) : nil, privileged: dice.below(3) == 0 ? dice.text() : nil,
                value: dice.below(4) == 0 ? nil : dice.number(), interval: interval(&dice),
                groups: (0..<dice.below(4)).map { _ in
                    CheckResult.Group(
                        group: Text(dice.text()), count: dice.below(99), value: dice.below(4) == 0 ? nil : dice.number(), interval: interval(&dice))
                }, rows: dice.below(1_000),
                excluded: CheckResult.Excluded(missingGroup: dice.below(3), missingLabel: dice.below(3), missingPrediction: dice.below(3)))
            for _ in 0..<dice.below(3) { result.details[Text(dice.text())] = parameter(&dice, 0) }
            return result
        }
        return Envelope(
            subjects: (0...dice.below(2)).map { _ in Envelope.Subject(name: Text(dice.text()), digest: SHA256Hasher.digest(of: [UInt8(dice.below(256))])) },
            engineVersion: "1", computedAt: dice.text(), provenance: dice.below(2) == 0 ? .attested : .recomputed,
            inputs: (0..<dice.below(3)).map { _ in
                Envelope.Input(
                    role: dice.text(), name: Text(dice.text()), digest: SHA256Hasher.digest(of: [UInt8(dice.below(256))]),
                    rows: dice.below(2) == 0 ? nil : dice.below(1 << 40))
            },
            parameters: Dictionary(
                (0..<dice.below(4)).map { _ in (Text(dice.text()), parameter(&dice, 0)) }, uniquingKeysWith: { first, _ in first }),
            results: results)
    }
}
