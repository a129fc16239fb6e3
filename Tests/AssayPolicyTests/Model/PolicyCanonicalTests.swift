import AssayPolicy
import AssayTerms
import Testing

/// The canonical text: the same policy has one, it reads back to the same policy, and any change changes the digest.
struct PolicyCanonicalTests {
    @Test func isWhatItSays() throws {
        let policy = try Fixtures.policy(check: "{id: performance.accuracy, min: 0.50}")
        let expected = """
            {"accept":["recomputed"],"applies-to":{"aliases":["champion","production","prod"],"models":["*"],\
            "registration":false,"stages":["Production"],"tiers":[]},"approvals":[],"approvals-expire-after-days":90,\
            "assay":"policy/v1","checks":[{"abs":false,"id":"performance.accuracy","judge":"value","min":"0.50",\
            "min-group":30}],"data":{"label":"approve","predictions":"from-model"},"name":"p",\
            "separation-of-duties":false,"version":"1"}
            """
        #expect(String(decoding: policy.canonicalText, as: UTF8.self) == expected)
        // Computed by another implementation over the text above.
        #expect(policy.digest.hex == "eb79f6f3d0ce17f38add001c3ce0347d714e7bce2373c52f35bdde3992bde2de")
    }

    @Test(arguments: [
        PolicyReaderTests.example,
        "{assay: policy/v1, name: p, version: 1, approvals: [{count: 3}], description: \"two\\nlines \\u00e9 \\\"q\\\" \\\\\"}",
        """
        assay: policy/v1
        name: p
        version: NO
        applies-to: {models: ['a*', "b'c"], registration: true, tiers: [high, low]}
        data: {dataset: 'x@sha256:\(String(repeating: "0f", count: 32))', label: 'a: b', prediction: '- p', score: '# s', positive: "NO"}
        accept: [supplied, attested]
        checks:
          - {id: performance.roc_auc, above: 1e-2, below: 0.99}
          - {id: aif360.statistical_parity_difference, column: "é", privileged: '> -30', abs: true, below: 0.05}
          - {id: performance.roc_auc, against: production, max-drop: 0.02}
          - {id: quality.column_absent, column: "NO", where: features}
          - {id: performance.accuracy, min: 0.7, slice: "region == 'no: rth'", for-each: "age:30,60", min-group: 5, fresh-within-days: 7}
          - {id: performance.accuracy, against: "models:/a b@champion", max-drop: 1%, if-none: pass, slice: a > 1}
          - {id: performance.accuracy, against: models:/a/7, max-drop: 0}
        fresh-within-days: 30
        monitoring:
          - {id: fairness.demographic_parity_difference, column: race, below: 0.1, window: 1000 rows, alert: ["a: b", c], min-group: 100}
          - {id: privacy.consent, column: c, value: maybe, window: batch, alert: [x]}
        shadow: {predictions: 1000, agreement: {min: 0.950}, errors: {max: 1e-2}, judge: interval, if-none: pass}
        serving: {when-offline: keep-serving, explanations: on-request}
        """,
        """
        {assay: policy/v1, name: p, version: 1, applies-to: {retirement: true}, checks: [{id: run.tag, name: "NO", in: ["a: b", "no"]},
        {id: run.param, name: lr, above: 0, below: 1e-1}, {id: run.metric, name: auc, min: 0.70, abs: true}, {id: run.tag, name: x}]}
        """,
    ])
    func readsBackToTheSamePolicy(_ text: String) throws {
        let policy = try Fixtures.read(text)
        let again = try PolicyReader.read(policy.canonicalText, catalogue: Fixtures.catalogue)
        #expect(again == policy)
        #expect(again.canonicalText == policy.canonicalText)
        #expect(again.digest == policy.digest)
    }

    @Test func theWayOfWritingDoesNotCount() throws {
        let flow = try Fixtures.read(
            "{approvals: [{count: 1, role: validator}], version: '1', name: p, assay: policy/v1}")
        let block = try Fixtures.read(
            """
            # a comment
            assay: "policy/v1"
            name: p
            version: 1
            approvals:
            - role: validator
            separation-of-duties: true
            """)
        #expect(flow.digest == block.digest)
    }

    @Test func documentsInTitlesAreToldByTheirDigest() throws {
        let limit = Limit(shape: .range(lower: Limit.Bound("1", isInclusive: true), upper: nil), usesMagnitude: false)
        let check = PolicyCheck(id: "c", options: ["a": "word", "suite": "{\n}"], limit: limit)
        #expect(check.title == "c, a word, suite sha256:8eb95bcbc1545309…")
    }

    @Test func everyFieldIsInTheDigest() throws {
        let policy = try Fixtures.read(PolicyReaderTests.example)
        let changes: [(inout Policy) -> Void] = [
            { $0.name = "x" }, { $0.version = "x" }, { $0.description = nil }, { $0.scope.models = ["*"] },
            { $0.scope.tiers = [] }, { $0.scope.stages = [] }, { $0.scope.aliases = [] },
            { $0.scope.registration = true }, { $0.scope.retirement = true }, { $0.declared = [DeclaredCheck(kind: .tag, name: "a", demand: .present)] },
            { $0.declared = [DeclaredCheck(kind: .tag, name: "a", demand: .words(["x"]))] }, {
                $0.extends = PolicyExtension(name: "b", version: "1", digest: Fixtures.rows)
            }, { $0.data?.dataset = nil }, { $0.data?.label = "x" },
            { $0.data?.predictions = .dataset }, { $0.data?.prediction = "x" }, { $0.data?.score = "x" },
            { $0.data?.positive = "x" }, { $0.data?.weight = "x" }, { $0.data?.rows = "x" }, { $0.accept = [.supplied] },
            { $0.checks[0].id = "x" }, { $0.checks[0].column = "x" }, { $0.checks[1].privileged = "x" },
            { $0.checks[0].place = .data }, { $0.checks[0].judge = .interval }, { $0.checks[0].minimumGroup = 1 },
            { $0.checks[0].limit = $0.checks[1].limit },
            { $0.checks[3].withoutBaseline = .incomplete }, { $0.checks.removeLast() }, { $0.checks.swapAt(0, 1) },
            { $0.approvals[0].role = nil }, { $0.approvals[0].quorum = .count(2) }, { $0.approvals.removeLast() },
            { $0.separatesDuties = false }, { $0.approvalDays = 31 },
        ]
        var seen: Set<SHA256Digest> = [policy.digest]
        for (index, change) in changes.enumerated() {
            var other = policy
            change(&other)
            #expect(seen.insert(other.digest).inserted, "change \(index) is not in the digest")
        }
    }
}
