import AssayPolicy
import AssayTerms
import Testing

/// What is different between two policies, and whether it asks for more or for less.
struct PolicyComparisonTests {
    private static let roles: [Text] = ["validator", "compliance"]

    private static func differences(_ old: Policy, _ new: Policy) -> [PolicyDifference] {
        PolicyComparison.differences(old, new, approvingRoles: roles)
    }

    /// `mark part: text` of each difference.
    private static func lines(_ old: String, _ new: String) throws -> [String] {
        let head = "assay: policy/v1\nname: p\nversion: 1\n"
        return differences(try Fixtures.read(head + old), try Fixtures.read(head + new)).map { "\($0.mark.rawValue) \($0.part.rawValue): \($0.text)" }
    }

    @Test func equalPoliciesHaveNone() throws {
        let policy = try Fixtures.read(PolicyReaderTests.example)
        #expect(Self.differences(policy, policy) == [])
    }

    @Test func limitsInBothDirections() throws {
        let checks = { (limit: String) in
            "data: {label: approve}\nchecks: [{id: fairness.demographic_parity_difference, column: race, \(limit)}]\n"
        }
        let ending = "judged by its value, groups of 30 rows and more"
        #expect(
            try Self.lines(checks("max: 0.1"), checks("max: 0.2")) == [
                "looser checks: fairness.demographic_parity_difference on race: max 0.2, \(ending), where it was max 0.1, \(ending)"
            ])
        #expect(
            try Self.lines(checks("max: 0.2"), checks("max: 0.1")) == [
                "stricter checks: fairness.demographic_parity_difference on race: max 0.1, \(ending), where it was max 0.2, \(ending)"
            ])
        // The same number in other digits is another text and no other limit.
        #expect(try Self.lines(checks("max: 0.1"), checks("max: 0.10")).map { $0.prefix(5) } == ["other"])
        // To judge something else is not shown to ask for as much, in either direction.
        #expect(try Self.lines(checks("max: 0.1"), checks("max: 0.1, judge: interval")).map { $0.prefix(6) } == ["looser"])
    }

    @Test func checksThatComeAndGo() throws {
        let one = "data: {label: approve}\nchecks:\n  - {id: performance.accuracy, min: 0.7}\n"
        let two = one + "  - {id: performance.accuracy, min: 0.8}\n"
        let other = one + "  - {id: performance.roc_auc, min: 0.8}\n"
        let demand = "judged by its value, groups of 30 rows and more"
        #expect(try Self.lines(one, two) == ["stricter checks: performance.accuracy: now min 0.8, \(demand)"])
        #expect(try Self.lines(two, one) == ["looser checks: performance.accuracy: no longer min 0.8, \(demand)"])
        #expect(try Self.lines(one, other) == ["stricter checks: performance.roc_auc: now min 0.8, \(demand)"])
        // What another check asks anyway is neither lost nor gained.
        let higher = "data: {label: approve}\nchecks:\n  - {id: performance.accuracy, min: 0.8}\n"
        #expect(
            try Self.lines(two, higher) == [
                "other checks: performance.accuracy: no longer min 0.7, \(demand); another check asks as much"
            ])
        #expect(
            try Self.lines(higher, two) == ["other checks: performance.accuracy: now min 0.7, \(demand); as much was asked already"])
        let turned = "data: {label: approve}\nchecks:\n  - {id: performance.accuracy, min: 0.8}\n  - {id: performance.accuracy, min: 0.7}\n"
        #expect(try Self.lines(two, turned) == ["other checks: the same checks in another order, or some of them twice"])
    }

    @Test func everythingBesideChecks() throws {
        let old = """
            description: Why.
            applies-to: {models: ["loan-*"], tiers: [high], stages: [Production], aliases: [champion]}
            data: {label: approve, dataset: eval/a.parquet}
            checks: [{id: performance.accuracy, min: 0.7}]
            approvals: [{role: validator}]
            """
        let new = """
            applies-to: {stages: [Production], aliases: [prod]}
            data: {label: approve, dataset: eval/b.parquet, weight: w}
            accept: [recomputed, attested]
            evaluators: [lab]
            checks: [{id: performance.accuracy, min: 0.7}]
            approvals: [{role: validator, count: 2}]
            separation-of-duties: false
            approvals-expire-after-days: 30
            records: [training_record]
            blocking-findings: [high]
            """
        #expect(
            try Self.lines(old, new) == [
                "other title: description: none, where it was 'Why.'",
                "stricter scope: models: '*', where it was 'loan-*'",
                "stricter scope: tiers: every one, where it was high",
                "looser scope: aliases: 'prod', where it was 'champion'",
                "looser data: dataset: 'eval/b.parquet', where it was 'eval/a.parquet'",
                "looser data: weight: 'w', where it was not given",
                "looser accept: evidence that counts: recomputed and attested, where it was recomputed",
                "looser evaluators: evaluators: 'lab', where it was none",
                "stricter records: what must be on record: training_record, where it was nothing",
                "stricter findings: findings that block at once: high and critical, where it was critical",
                "stricter approvals: approvals: validator (2), where it was validator (1)",
                "looser duties: authors: may approve their own versions, where it was never count",
                "stricter expiry: approvals count for: 30 days, where it was 90 days",
            ])
    }

    @Test func rowsThatAreJudgedOrNot() throws {
        let none = "approvals: [{role: validator}]"
        let some = none + "\ndata: {label: approve}"
        #expect(try Self.lines(none, some) == ["other data: rows are judged, where none were"])
        #expect(try Self.lines(some, none) == ["other data: no rows are judged any longer"])
    }

    /// Some difference is looser exactly where publishing would ask a second person, and only equal policies have no difference.
    @Test(arguments: 0..<4)
    func agreesWithWhatPublishingAsks(_ seed: Int) {
        var draw = PolicyDraw(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 11)
        var counts: [PolicyDifference.Mark: Int] = [:]
        var strict = 0
        for _ in 0..<1_000 {
            let old = draw.policy("p")
            var new = old
            for _ in 0..<draw.below(4) { draw.edit(&new) }
            let found = Self.differences(old, new)
            for difference in found { counts[difference.mark, default: 0] += 1 }
            let loosenings = PolicyStrictness.compare(old, new, approvingRoles: Self.roles)
            #expect(found.contains { $0.mark == .looser } == !loosenings.isEmpty, "\(found)\n\(loosenings)")
            #expect(found.isEmpty == (old == new), "\(old)\n\(new)")
            if loosenings.isEmpty { strict += 1 }
        }
        // None is rare, or this would show nothing.
        #expect(strict > 100 && PolicyDifference.Mark.allCases.allSatisfy { counts[$0, default: 0] > 50 }, "\(strict), \(counts)")
    }
}
