import AssayPolicy
import AssayTerms
import Testing

/// Policies on top of others: what is inherited, and that nothing of it can be eased.
struct PolicyExtensionTests {
    private static let organisation = """
        assay: policy/v1
        name: organisation
        version: "3"
        applies-to: {models: ["*"], stages: [Production]}
        data: {label: approve}
        checks:
          - {id: performance.accuracy, min: 0.7}
          - {id: run.tag, name: owner}
        records: [training_record]
        documents: [short-card]
        approvals:
          - {role: validator}
        approvals-expire-after-days: 60
        """

    private static func read(_ text: String) throws -> Policy {
        let bytes = Array("assay: policy/v1\nname: credit\nversion: 1\n\(text)".utf8)
        return try PolicyReader.read(bytes, catalogue: Fixtures.catalogue, base: try Fixtures.read(organisation))
    }

    private static func problems(_ text: String) throws -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let error as PolicyProblems {
            return error.lines(file: "p")
        }
    }

    @Test func whatIsLeftOutIsInherited() throws {
        let base = try Fixtures.read(Self.organisation)
        let policy = try Self.read(
            """
            extends: organisation@3
            applies-to: {models: ["loan-*"], stages: [Production], aliases: [champion]}
            data: {dataset: eval/holdout.parquet}
            checks:
              - {id: performance.accuracy, min: 0.8}
              - {id: performance.roc_auc, min: 0.9}
            """)
        #expect(policy.extends == PolicyExtension(name: "organisation", version: "3", digest: base.digest))
        #expect(policy.data == PolicyData(dataset: .logged(path: "eval/holdout.parquet"), label: "approve"))
        #expect(policy.checks.map { "\($0.id) \($0.limit.text)" } == ["performance.accuracy min 0.8", "performance.roc_auc min 0.9"])
        #expect(policy.declared == base.declared && policy.records == base.records && policy.documents == base.documents)
        #expect(policy.approvals == base.approvals && policy.approvalDays == 60)
        #expect(policy.scope.aliases == ["champion"])
        // Written out, it needs no base any more, and means the same.
        let again = try PolicyReader.read(policy.canonicalText, catalogue: Fixtures.catalogue)
        #expect(again == policy && PolicyReader.base(of: policy.canonicalText) == nil)
        #expect(PolicyExtension.loosenings(of: policy, from: base).isEmpty)
        // All of it inherited.
        let same = try Self.read("extends: organisation@3")
        #expect(same.scope == base.scope && same.checks == base.checks)
    }

    @Test(arguments: [
        ("checks: [{id: performance.accuracy, min: 0.6}]", "min 0.6"), ("checks: [{id: performance.accuracy, min: 0.7, judge: interval}]", "judged by"),
        ("checks: [{id: run.tag, name: owner, equals: x}]\napprovals: []", "approvals by none"), ("approvals: [{role: compliance}]", "approvals by"),
        ("approvals-expire-after-days: 61", "61 days"), ("separation-of-duties: false", "lets authors approve"),
        ("data: {label: other}", "judges other rows"), ("data: {rows: age > 30}", "judges other rows"), ("data: {positive: no}", "judges other rows"),
        ("data: {label: approve, weight: w, predictions: dataset, prediction: p}\naccept: [supplied]", "other"),
        ("accept: [recomputed, supplied]", "accepts recomputed, supplied"),
    ])
    func nothingIsEased(_ text: String, _ words: String) throws {
        let problems = try Self.problems("extends: organisation@3\n\(text)")
        #expect(problems.contains { $0.hasPrefix("p:4:1: error:") && $0.contains("may only ask for more") && $0.contains(words) } || problems.contains { $0.contains(words) }, "\(problems)")
        #expect(!problems.isEmpty)
    }

    @Test func whatIsNotAtHandIsSaid() throws {
        #expect(try Self.problems("extends: organisation@4").contains { $0.contains("organisation@4, which is not at hand") })
        #expect(try Self.problems("extends: other@3").contains { $0.contains("not at hand") })
        #expect(try Self.problems("extends: organisation").contains { $0.contains("NAME@VERSION") })
        #expect(try Self.problems("extends-digest: \(String(repeating: "ab", count: 32))\napprovals: [{role: validator}]").contains { $0.contains("belongs to 'extends'") })
        #expect(Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nextends: organisation@3").contains { $0.contains("not at hand") })
        #expect(PolicyReader.base(of: Array("extends: a@1".utf8)).map { "\($0.name) \($0.version)" } == "a 1")
        for text in ["", "- x", "extends: [a@1]", "extends: a", "extends: '@1'", "extends: a@1@2", "\u{0}"] {
            #expect(PolicyReader.base(of: Array(text.utf8)) == nil, "\(text)")
        }
    }

    /// Whatever is drawn on top of what: what the reader lets through asks for at least as much.
    @Test(arguments: 0..<2) func whatIsReadAsksForAsMuch(_ seed: Int) throws {
        var draw = PolicyDraw(state: UInt64(seed) + 99)
        var read = 0
        for _ in 0..<400 {
            let base = draw.policy("base")
            var own = base
            for _ in 0...draw.below(2) { draw.edit(&own) }
            (own.name, own.version) = ("own", "1")
            let text = String(decoding: own.canonicalText, as: UTF8.self).dropLast() + ",\"extends\":\"base@1\"}"
            guard let policy = try? PolicyReader.read(Array(text.utf8), catalogue: nil, base: base) else { continue }
            read += 1
            let found = PolicyStrictness.compare(base, policy, approvingRoles: ["validator", "compliance"]).filter { $0.part != .scope && $0.part != .data }
            #expect(found.isEmpty, "\(found)")
        }
        #expect(read > 60, "\(read)")
    }
}
