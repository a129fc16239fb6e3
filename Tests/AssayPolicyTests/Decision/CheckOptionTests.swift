import AssayTerms
import Testing

@testable import AssayPolicy

/// The goal: a policy's options are part of its question; evidence at others, or at other standards, is no answer. The method:
/// one check with two options, written in several ways.
@Suite struct CheckOptionTests {
    private func decision(_ check: String, options: [Text: Text]) throws -> Decision {
        var result = Fixtures.result("privacy.consent", value: 1, column: "c")
        result.options = options
        return try Fixtures.reason(check: check, [result]).decision
    }

    @Test func standardsAreFilledInBeforeComparing() throws {
        let standard: [Text: Text] = ["value": "true", "level": "3"]
        #expect(try decision("{id: privacy.consent, column: c}", options: standard) == .pass)
        #expect(try decision("{id: privacy.consent, column: c, level: 3.0}", options: standard) == .pass)
        #expect(try decision("{id: privacy.consent, column: c, value: ja}", options: standard) == .incomplete)
        #expect(try decision("{id: privacy.consent, column: c, value: ja}", options: ["value": "ja", "level": "3"]) == .pass)
        #expect(try decision("{id: privacy.consent, column: c}", options: ["value": "true"]) == .incomplete)
    }

    @Test func theLimitIsImpliedAndOptionsAreKept() throws {
        let policy = try Fixtures.policy(check: "{id: privacy.consent, column: c, value: ja}")
        #expect(policy.checks[0].limit.text == "min 1")
        let read = try PolicyReader.read(policy.canonicalText, catalogue: nil)
        #expect(read == policy)
    }

    @Test(arguments: [
        ("{id: privacy.consent, column: c, valu: x}", "did you mean 'value'"),
        ("{id: privacy.consent, column: c, level: ten}", "is a number from 0.0 to 9.0"),
        ("{id: privacy.consent, column: c, level: 10}", "is a number from 0.0 to 9.0"),
        ("{id: performance.accuracy, min: 0.5, value: x}", "has no key 'value'"),
    ])
    func mistakesAreNamed(check: String, words: String) {
        let found = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\ndata: {label: y}\nchecks:\n  - \(check)\n")
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
