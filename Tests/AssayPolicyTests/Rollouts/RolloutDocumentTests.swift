import AssayJSON
import AssayPolicy
import AssayTerms
import Testing

/// Goal: what somebody wrote is read as they meant it or refused with place and reason, and reads back from what is kept.
/// Method: one document for each strategy, and one mistake at a time.
@Suite struct RolloutDocumentTests {
    static let canary = """
        assay: rollout/v1
        model: loans
        candidate: 3
        strategy: canary
        rationale: the new features
        owner: ana
        targets: [stage production, alias champion]
        steps:
          - {share: 0.25%, requests: 100, minutes: 5}
          - {share: 25%, requests: 1000}
        guards:
          - {on: errors, margin: 0.01, level: 0.99}
          - {on: latency, over-ms: 100, margin: 0.02}
          - {on: outcome, label: "1", margin: 0.05}
          - {on: mistakes, margin: 0.1, tolerance: 0.5}
        automatic: [promote, rollback]
        """

    @Test func aCanaryIsRead() throws {
        let document = try RolloutDocument.read(Array(Self.canary.utf8))
        #expect(document.model == "loans" && document.candidate == 3 && document.owner == "ana")
        #expect(document.targets.map(\.text) == ["stage Production", "alias champion"])
        #expect(document.baseline == .place(document.targets[0]))
        #expect(document.plan.steps == [.init(share: 25, requests: 100, minutes: 5), .init(share: 2_500, requests: 1_000)])
        #expect(
            document.plan.guards == [
                .init(.errors, bound: 0.01, level: 0.99), .init(.latency(overMilliseconds: 100), bound: 0.02), .init(.outcome(label: "1"), bound: 0.05),
                .init(.mistakes(tolerance: 0.5), bound: 0.1),
            ])
        #expect(document.plan.promotes && document.plan.rollsBack && document.plan.advance == .notWorse)
        #expect(try RolloutDocument.read(document.json.bytes()) == document)
    }

    @Test(arguments: [
        ("batch", "", 1, 10_000), ("batch", "steps: [{share: 5%, requests: 2}, {requests: 3}]\nguards: [{on: errors, max: 0.5}]", 2, 500),
        ("real-time", "steps: [{requests: 5}]", 1, 10_000),
        ("shadow", "guards: [{on: agreement, min: 0.9, tolerance: 0.5}]", 1, 10_000),
        ("shadow", "steps: [{share: 10%, requests: 5}]", 1, 1_000), ("ab", "", 1, 5_000), ("flag", "", 1, 0), ("ab", "baseline: version 2", 1, 5_000),
    ])
    func eachStrategyIsReadAndReadBack(_ strategy: String, _ more: String, _ steps: Int, _ share: Int) throws {
        let text = "assay: rollout/v1\nmodel: m\ncandidate: 3\nstrategy: \(strategy)\nrationale: r\ntargets: [alias a]\n\(more)\n"
        let document = try RolloutDocument.read(Array(text.utf8))
        #expect(document.plan.strategy.rawValue == strategy && document.plan.steps.count == steps)
        #expect((document.plan.steps.first?.share ?? 0) == share)
        #expect(try RolloutDocument.read(document.json.bytes()) == document)
    }

    @Test(arguments: [
        ("candidate: 3", "candidate: 0", "3:12", "whole number"), ("rollout/v1", "rollout/v2", "1:8", "rollout/v1"),
        ("owner: ana", "owners: ana", "6:1", "no key 'owners'; did you mean 'owner'"), ("share: 25%", "share: 0.1%", "10:5", "larger share"),
        ("0.25%", "0.255%", "9:13", "percentage"), ("0.25%", "25", "9:13", "percentage"), ("0.25%", "101%", "9:13", "percentage"),
        ("strategy: canary", "strategy: ab", "8:1", "one step"), ("margin: 0.01", "margin: 1.1", "12:26", "share from 0 to 1"),
        ("level: 0.99", "level: 1", "12:39", "probability"), ("over-ms: 100, ", "", "13:5", "needs 'over-ms'"),
        ("on: errors, margin: 0.01", "on: agreement, min: 0.9", "12:10", "only a shadow"), ("on: errors", "on: cost", "12:10", "not on 'cost'"),
        ("stage production", "stage Archived", "7:11", "not into"), ("stage production", "production", "7:11", "no place"),
        ("stage production", "alias champion", "7:27", "twice"), ("[promote, rollback]", "[promote, hope]", "16:1", "not 'hope'"),
        ("label: \"1\"", "lable: \"1\"", "14:19", "no key 'lable'"), ("owner: ana", "owner: ana\nbaseline: version 3", "7:1", "with itself"),
    ])
    func mistakesAreTold(_ right: String, _ wrong: String, _ place: String, _ words: String) {
        let error = #expect(throws: PolicyProblems.self) { try RolloutDocument.read(Array(Self.canary.replacing(right, with: wrong).utf8)) }
        let lines = error?.lines(file: "r") ?? []
        #expect(lines.contains { $0.hasPrefix("r:\(place): ") && $0.contains(words) }, "\(lines)")
    }

    @Test(arguments: [
        ("real-time", "guards: [{on: errors, margin: 0.1}]", "'max'"), ("ab", "steps: [{share: 100%, requests: 1}]\nguards: [{on: errors, margin: 0.1}]", "'max'"),
        ("canary", "steps: [{share: 5%, requests: 1}, {share: 100%, requests: 1}]\nguards: [{on: outcome, label: a, margin: 0.1}]", "'max'"),
        ("flag", "guards: [{on: errors, margin: 0.1}]", "chose it"), ("flag", "guards: [{on: errors, margin: 0.1, max: 0.2}]\nautomatic: [rollback]", "chose it"),
        ("real-time", "guards: [{on: errors, margin: 0.1, max: 0.2}]", nil), ("real-time", "guards: [{on: latency, over-ms: 5, max: 0.2}]", nil),
        ("flag", "guards: [{on: errors, max: 0.2}]", nil), ("flag", "guards: [{on: errors, margin: 0.1}]\nautomatic: []", nil),
        ("shadow", "guards: [{on: errors, margin: 0.1}]", nil), ("real-time", "guards: [{on: errors}]", "or 'max'"),
        ("real-time", "guards: [{on: errors, max: 2}]", "share from 0 to 1"),
    ] as [(String, String, String?)])
    func whatCannotBeComparedIsHeldToAMaximum(_ strategy: String, _ more: String, _ words: String?) throws {
        let text = Array("assay: rollout/v1\nmodel: m\ncandidate: 3\nstrategy: \(strategy)\nrationale: r\ntargets: [alias a]\n\(more)\n".utf8)
        guard let words else {
            let document = try RolloutDocument.read(text)
            #expect(try RolloutDocument.read(document.json.bytes()) == document)
            return
        }
        let error = #expect(throws: PolicyProblems.self) { try RolloutDocument.read(text) }
        #expect(error?.problems.contains { $0.message.contains(words) } == true, "\(error?.lines(file: "r") ?? [])")
        // One that began before this was refused can still be read.
        if ["'max'", "chose it"].contains(words) { #expect(try RolloutDocument.read(text, isKept: true).plan.guards.count == 1) }
    }

    @Test func nothingIsPromotedWithoutAGuard() {
        let text = "assay: rollout/v1\nmodel: m\ncandidate: 3\nstrategy: ab\nrationale: r\nowner: o\ntargets: [alias a]\nautomatic: [promote]\n"
        let error = #expect(throws: PolicyProblems.self) { try RolloutDocument.read(Array(text.utf8)) }
        #expect(error?.problems.first?.message.contains("needs 'guards'") == true)
    }
}
