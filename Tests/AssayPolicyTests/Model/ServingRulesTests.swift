import AssayJSON
import AssayPolicy
import AssayTerms
import Testing

/// Goal: several policies never let more be done than each of them lets, and a word that is not known is none that is kept.
struct ServingRulesTests {
    private static let all = ServingRules.Offline.allCases.flatMap { offline in
        ([nil] + ServingRules.Explanations.allCases).map { ServingRules(whenOffline: offline, explanations: $0) }
    }

    @Test func theStrictestHolds() {
        #expect(ServingRules(strictest: []) == ServingRules())
        for one in Self.all {
            #expect(ServingRules(strictest: [one]) == one && ServingRules(strictest: [one, one]) == one)
            for other in Self.all {
                let both = ServingRules(strictest: [one, other])
                #expect(both == ServingRules(strictest: [other, one]))
                #expect((both.whenOffline == .keepServing) == (one.whenOffline == .keepServing && other.whenOffline == .keepServing))
                if one.explanations == .never { #expect(both.explanations == .never) }
                if one.explanations == .always { #expect(both.explanations == other.explanations ?? .always) }
            }
        }
    }

    /// Whatever several policies ask of single predictions is asked, once.
    @Test func rulesOfAllPoliciesHold() throws {
        let (young, old) = (PredictionRule(name: "young", condition: "age < 18", action: .refer), PredictionRule(name: "old", condition: "age > 80", action: .flag))
        let both = ServingRules(strictest: [.init(predictions: [young]), .init(), .init(predictions: [old, young])])
        #expect(both.predictions == [young, old])
        #expect(young.unknown == .refer && old.unknown == .flag)
        #expect(PredictionRule(name: "x", condition: "a > 1", action: .replace, value: "0").unknown == .refer)
        #expect(PredictionRule.Action.allCases == PredictionRule.Action.allCases.sorted() && PredictionRule.Action.flag < .replace)
        let policy = try Fixtures.read(
            "assay: policy/v1\nname: p\nversion: 1\napprovals: [{count: 1}]\nserving: {rules: [{name: young, when: age < 18, then: refer}]}\n")
        #expect(policy.serving.predictions == [young])
        #expect(try PolicyReader.read(policy.canonicalText, catalogue: nil) == policy)
    }

    /// Of several policies each pins its table, so that a version with one of them alone meets none of them both.
    @Test func reasonsOfAllPoliciesAreDemanded() throws {
        let digests = try ["a", "b"].map { try #require(SHA256Digest(hex: String(repeating: $0, count: 64))) }
        let (any, first, second) = (ReasonsDemand(), ReasonsDemand(tables: [digests[0]]), ReasonsDemand(tables: [digests[1]]))
        let both = ServingRules(strictest: [.init(), .init(reasons: first), .init(reasons: any), .init(reasons: second)])
        #expect(both.reasons?.tables == digests)
        for rules in [both, .init(reasons: any), .init(reasons: first)] { #expect(ServingRules(statement: rules.json) == rules) }
        #expect(any.isMet(by: digests[0]) && first.isMet(by: digests[0]) && !first.isMet(by: digests[1]) && !any.isMet(by: nil))
        #expect(both.reasons.map { demand in digests.contains { demand.isMet(by: $0) } } == false)
        for value: JSONValue in [["reasons": "some"], ["reasons": "sha256:00"], ["reasons": []], ["reasons": true], ["reasons": ["required", "required"]]] {
            #expect(ServingRules(statement: value) == nil, "\(value)")
        }
        let header = "assay: policy/v1\nname: p\nversion: 1\napprovals: [{count: 1}]\nserving: "
        let policy = try Fixtures.read(header + "{explanations: always, reasons: sha256:\(digests[0].hex)}\n")
        #expect(policy.serving.reasons == first)
        #expect(try PolicyReader.read(policy.canonicalText, catalogue: nil) == policy)
        for (text, words) in [
            ("{reasons: required}", "explanations: always"), ("{explanations: never, reasons: required}", "explanations: always"),
            ("{explanations: always, reasons: sha256:12}", "64 hexadecimal digits"),
        ] {
            let problems = #expect(throws: PolicyProblems.self) { try Fixtures.read(header + text + "\n") }
            #expect(problems?.problems.first?.message.contains(words) == true, "\(text)")
        }
    }

    @Test func aStatementsRulesAreReadBack() {
        for rules in Self.all { #expect(ServingRules(statement: rules.json) == rules) }
        #expect(ServingRules(statement: nil) == ServingRules() && ServingRules(statement: [:]) == ServingRules())
        let ruled = ServingRules(explanations: .always, predictions: [
            .init(name: "a", condition: "age < 18", outsideProfile: ["age"], explainedMostBy: ["age", "sex"], action: .refer, unknown: .refuse),
            .init(name: "b", condition: "age > 80", action: .replace, value: "0"),
        ])
        #expect(ServingRules(statement: ruled.json) == ruled)
        var candidates = ruled.json.object ?? [:]
        candidates["answers"] = "share"
        #expect(ServingRules(statement: .object(candidates)) == ruled)
        for value: JSONValue in [
            ["offline": "stop"], ["rules": "none"], ["rules": [["name": "a", "then": "flag", "if-unknown": "flag"]]],
            ["rules": [["name": "a", "when": "x > 1", "then": "warn", "if-unknown": "flag"]]],
            ["rules": [["name": "a", "when": "x > 1", "then": "flag"]]],
            ["rules": [["name": "a", "when": "x > 1", "then": "flag", "if-unknown": "replace"]]],
            ["rules": [["name": "a", "when": "x > 1", "then": "replace", "if-unknown": "flag"]]],
            ["rules": [["name": "a", "when": "x > 1", "then": "flag", "if-unknown": "flag", "value": "1"]]],
            ["rules": [["name": "a", "when": "x > 1", "then": "flag", "if-unknown": "flag", "until": "noon"]]],
            ["rules": [["name": "a", "outside-profile": [], "then": "flag", "if-unknown": "flag"]]],
            ["when-offline": "carry-on"], ["when-offline": true], ["explanations": "sometimes"], ["explanations": .null], "stop", ["stop"],
        ] {
            #expect(ServingRules(statement: value) == nil, "\(value)")
        }
    }

    @Test func mistakesAreTold() {
        for (text, words) in [
            ("{when-offline: keep_serving}", "keep-serving"), ("{explanations: off}", "never"), ("{}", "serving"), ("{offline: stop}", "when-offline"),
            ("{rules: []}", "empty"), ("{rules: [{name: a, then: flag}]}", "asks nothing"), ("{rules: [{when: x > 1, then: flag}]}", "needs 'name'"),
            ("{rules: [{name: a, when: x > 1}]}", "needs 'then'"), ("{rules: [{name: a, when: x > 1, then: warn}]}", "flag"),
            ("{rules: [{name: a, when: x > 1, then: replace}]}", "needs 'value'"),
            ("{rules: [{name: a, when: x > 1, then: refer, value: 1}]}", "belongs to"), ("{rules: [{name: a b, when: x > 1, then: flag}]}", "letters"),
            ("{rules: [{name: a, when: x > 1, then: flag}, {name: a, when: x > 2, then: flag}]}", "another rule 'a'"),
            ("{rules: [{name: a, explained-most-by: [x], then: flag}]}", "explanations: always"),
            ("{rules: [{name: a, when: x > 1, then: flag, if-unknown: replace}]}", "refuse"),
        ] {
            let problems = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\napprovals: [{count: 1}]\nserving: \(text)\n")
            #expect(problems.joined(separator: " ").contains(words), "\(problems)")
        }
        let conditions = Catalogue([], problemOfRows: { $0 == "x >" ? "a value is missing" : nil })
        let text = "assay: policy/v1\nname: p\nversion: 1\napprovals: [{count: 1}]\nserving: {rules: [{name: a, when: x >, then: flag}]}\n"
        #expect(Fixtures.problems(text, catalogue: conditions) == ["5:35: error: a value is missing"])
        // It asks nothing of a version that enters, so it does not make a policy alone.
        #expect(Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nserving: {when-offline: stop}\n").count == 1)
        // Nor does it hold for any beside rules of mutations, which stand before no place.
        let rule = "mutations:\n  - {role: data_scientist, type: registered-model, request: \"alias != 'champion'\"}\n"
        let serving = "serving: {explanations: always}\n"
        let alone = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\n\(rule)\(serving)")
        #expect(alone.count == 1 && alone[0].contains("lets no version in"), "\(alone)")
        #expect(Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\napprovals: [{count: 1}]\n\(rule)\(serving)").isEmpty)
        // One that was published before is read still, and of one whose base is not at hand nobody knows it.
        let stored = try? PolicyReader.read(Array("assay: policy/v1\nname: p\nversion: 1\n\(rule)\(serving)".utf8), catalogue: nil)
        #expect(stored?.isGate == false && stored?.serving.explanations == .always)
        let child = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nextends: base@1\n\(rule)\(serving)")
        #expect(!child.contains { $0.contains("lets no version in") }, "\(child)")
    }
}
