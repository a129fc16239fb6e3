import AssayPolicy
import AssayTerms
import Testing

/// Comparisons with a version that the policy names.
struct NamedBaselineTests {
    private static let seven = PolicyCheck.Baseline.version(model: "fraud", number: 7)

    private static func reason(
        _ baseline: GateFacts.Baseline?, ifNone: String = "", value: Double = 0.9, which: PolicyCheck.Baseline = seven
    ) throws -> GateReason {
        var facts = Fixtures.facts(evidence: [Fixtures.evidence([Fixtures.result("performance.accuracy", value: value)])])
        facts.namedBaselines[which] = baseline
        let policy = try Fixtures.policy(check: "{id: performance.accuracy, against: \"\(which.text)\", max-drop: 0.02\(ifNone)}")
        return try #require(Fixtures.gate([policy]).decide(facts).parts.first?.reasons.first)
    }

    private static func baseline(
        _ value: Double?, manifest: SHA256Digest = Fixtures.digest(0xBB), rows: SHA256Digest = Fixtures.rows, isShown: Bool = true,
        provenance: Provenance = .recomputed
    ) -> GateFacts.Baseline {
        let evidence = value.map {
            Fixtures.evidence(
                [Fixtures.result("performance.accuracy", value: $0)], claim: 9, provenance: provenance, subject: manifest,
                dataset: "loans/3:eval/holdout.parquet", rows: rows)
        }
        return .init(version: "7", manifest: manifest, evidence: evidence.map { [$0] } ?? [], isShown: isShown)
    }

    @Test func mlflowsOwnNames() {
        let read: [(Text, PolicyCheck.Baseline?)] = [
            ("production", .production), ("models:/fraud/7", Self.seven), ("models:/loan approval@champion", .alias(model: "loan approval", alias: "champion")),
            ("models:/a@b/3", .version(model: "a@b", number: 3)), ("models:/a@b@c", .alias(model: "a@b", alias: "c")),
            ("Production", nil), ("staging", nil), ("models:/fraud", nil), ("models:/fraud/", nil), ("models:/fraud/0", nil),
            ("models:/fraud/07", nil), ("models:/fraud/latest", nil), ("models:/fraud/Production", nil), ("models:/fraud@latest", nil),
            ("models:/fraud@", nil), ("models:/@a", nil), ("models://7", nil), ("models:/a/7/8", nil), ("runs:/a/b", nil), ("models:/a:b/7", nil),
            ("models:/fraud/-7", nil), ("models:/fraud/9999999999", nil),
        ]
        for (text, baseline) in read {
            #expect(PolicyCheck.Baseline(text) == baseline, "\(text)")
            if let baseline { #expect(baseline.text == text) }
        }
        let problems = Fixtures.problems(
            "assay: policy/v1\nname: p\nversion: 1\ndata: {label: y}\nchecks:\n  - {id: performance.accuracy, against: champion, max-drop: 1%}\n")
        #expect(problems.first?.hasPrefix("6:41: error: 'against' is production, or a version as MLflow names it") == true, "\(problems)")
    }

    @Test func theSameRowsAreCompared() throws {
        let met = try Self.reason(Self.baseline(0.92))
        #expect(met.decision == .pass && met.measurement?.baseline == 0.92)
        #expect(met.text.contains("the limit is max-drop 0.02 against 0.92 of models:/fraud/7"))
        #expect(try Self.reason(Self.baseline(0.93)).code == .limitBroken)
        for other in [Self.baseline(0.92, rows: Fixtures.digest(0xEE)), Self.baseline(nil), Self.baseline(0.92, provenance: .supplied)] {
            let reason = try Self.reason(other)
            #expect(reason.code == .baselineMissing && reason.text.contains("models:/fraud/7 has no such value on the same rows"))
            #expect(try Self.reason(other, ifNone: ", if-none: pass").decision == .incomplete, "it is there and was not evaluated")
        }
    }

    @Test func aVersionThatIsNotThere() throws {
        let missing = try Self.reason(nil)
        #expect(missing.decision == .incomplete && missing.code == .baselineMissing && missing.text.contains("models:/fraud/7 is no version that is there"))
        #expect(try Self.reason(nil, ifNone: ", if-none: pass").decision == .pass)
    }

    @Test func nothingIsComparedWithItself() throws {
        let itself = try Self.reason(Self.baseline(0.9, manifest: Fixtures.manifest), ifNone: ", if-none: pass")
        #expect(itself.decision == .incomplete && itself.text.contains("models:/fraud/7 is this version itself or has the same files"))
    }

    @Test func anotherModelsValuesAreNotTold() throws {
        for value in [0.9234, 0.9134] {
            let reason = try Self.reason(Self.baseline(value, isShown: false))
            #expect(reason.decision == (value > 0.92 ? .fail : .pass))
            #expect(!reason.text.contains("\(value)") && reason.measurement?.baseline == nil)
            #expect(reason.text.contains("the values of models:/fraud/7 are not told here"))
        }
    }
}
