import AssayPolicy
import AssayTerms
import Testing

/// Goal: a version enters after as many shadow predictions as are asked for and not one fewer, and only inside the limits.
/// Method: one policy, and what was counted varied around its limits.
struct ShadowJudgeTests {
    private static func reasons(_ counted: ShadowFacts?, more: String = "") throws -> [GateReason] {
        let policy = try Fixtures.read(
            """
            assay: policy/v1
            name: p
            version: 1
            shadow: {predictions: 1000, agreement: {min: 0.95}, errors: {max: 0.01}\(more)}
            separation-of-duties: false
            """)
        var facts = Fixtures.facts()
        facts.shadow = counted
        return try #require(Fixtures.gate([policy]).decide(facts).parts.first?.reasons)
    }

    private static func counted(
        _ predictions: Int64, _ agreement: Double? = 0.96, _ errors: Double? = 0,
        agreed: ClosedRange<Double> = 0.955...0.97, failed: ClosedRange<Double> = 0...0.009,
        running: Text? = nil
    ) -> ShadowFacts {
        ShadowFacts(
            baseline: "7", predictions: predictions, agreement: agreement, errors: errors,
            agreementInterval: Interval(low: agreed.lowerBound, high: agreed.upperBound, level: 0.95, method: "m"),
            errorsInterval: Interval(low: failed.lowerBound, high: failed.upperBound, level: 0.95, method: "m"), running: running)
    }

    @Test func oneMissingIsMissing() throws {
        let reason = try #require(try Self.reasons(Self.counted(999)).first)
        #expect(reason.decision == .incomplete && reason.code == .shadowMissing && reason.requirement == "shadow")
        #expect(reason.text.contains("999 of 1000 shadow predictions were made beside version 7") && reason.text.hasSuffix("1 is missing"))
        #expect(reason.remedy?.contains("assay rollout template ") == true && reason.remedy?.contains("--strategy shadow --stage Production") == true)
        #expect(try Self.reasons(Self.counted(998, running: "abc")).first?.remedy?.contains("assay rollout show abc") == true)
        #expect(try Self.reasons(Self.counted(1_000)).map(\.decision) == [.pass, .pass, .pass])
    }

    @Test(arguments: [(0.95, 0.01, [Decision.pass, .pass, .pass]), (0.9499, 0.01, [.pass, .fail, .pass]), (0.95, 0.0101, [.pass, .pass, .fail])])
    func limitsAreInclusive(_ agreement: Double, _ errors: Double, _ decisions: [Decision]) throws {
        #expect(try Self.reasons(Self.counted(1_000, agreement, errors)).map(\.decision) == decisions)
    }

    @Test func intervalsAreJudgedWhole() throws {
        let more = ", judge: interval"
        #expect(try Self.reasons(Self.counted(1_000), more: more).map(\.decision) == [.pass, .pass, .pass])
        let wide = try Self.reasons(Self.counted(1_000, agreed: 0.94...0.97, failed: 0.02...0.03), more: more)
        #expect(wide.map(\.decision) == [.pass, .incomplete, .fail] && wide[1].code == .rowsTooFew)
    }

    @Test func withoutAVersionToCompareWith() throws {
        let reasons = try Self.reasons(nil)
        #expect(reasons.map(\.decision) == [.incomplete] && reasons.first?.code == .baselineMissing)
        #expect(try Self.reasons(nil, more: ", if-none: pass").map(\.decision) == [.pass])
    }

    @Test(arguments: [
        ("{agreement: {min: 0.9}}", "needs 'predictions'"), ("{predictions: 0}", "whole number"), ("{predictions: 5, agreement: {max: 1}}", "no key 'max'"),
        ("{predictions: 5, agreement: {min: 1.5}}", "at most 1"), ("{predictions: 5, errors: {max: -1}}", "at least 0"),
        ("{predictions: 5, errors: 0.1}", "mapping"), ("{predictions: 5, judge: often}", "cannot be 'often'"),
    ])
    func mistakesAreTold(_ shadow: String, _ words: String) {
        let problems = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nshadow: \(shadow)\n")
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }
}
