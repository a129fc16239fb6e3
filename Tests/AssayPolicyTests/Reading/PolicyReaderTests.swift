import AssayPolicy
import AssayTerms
import Testing

/// The policy language: what each field means, what its defaults are, and that every mistake is reported with its place.
struct PolicyReaderTests {
    static let example = """
        assay: policy/v1
        name: consumer-credit
        version: "2"
        description: Why the limits are what they are.
        applies-to: {models: ["loan-*"], tiers: [high], stages: [production], aliases: [champion]}
        data:
          dataset: eval/holdout.parquet
          predictions: from-model
          label: approve
        accept: [recomputed]
        checks:
          - {id: fairness.demographic_parity_difference, column: race, max: 0.10}
          - {id: aif360.disparate_impact, column: race, privileged: white, between: [0.8, 1.25], min-group: 50}
          - {id: performance.roc_auc, min: 0.75, judge: interval}
          - {id: performance.roc_auc, against: production, max-drop: 2%, if-none: pass}
        approvals:
          - {role: validator, count: 1}
          - {role: compliance}
          - {role: ethics_committee, vote: majority}
        separation-of-duties: true
        approvals-expire-after-days: 30
        """

    @Test func readsTheExample() throws {
        let policy = try Fixtures.read(Self.example)
        #expect(policy.title == "consumer-credit 2")
        #expect(
            policy.scope
                == PolicyScope(
                    models: ["loan-*"], tiers: [.high], stages: ["Production"], aliases: ["champion"]))
        #expect(policy.data == PolicyData(dataset: .logged(path: "eval/holdout.parquet"), label: "approve"))
        #expect(policy.accept == [.recomputed])
        #expect(
            policy.checks.map(\.title) == [
                "fairness.demographic_parity_difference on race",
                "aif360.disparate_impact on race, privileged race=white", "performance.roc_auc", "performance.roc_auc",
            ])
        #expect(policy.checks.map(\.limit.text) == ["max 0.10", "between 0.8 and 1.25", "min 0.75", "max-drop 2%"])
        #expect(policy.checks.map(\.minimumGroup) == [30, 50, 30, 30])
        #expect(policy.checks.map(\.judge) == [.value, .value, .interval, .value])
        #expect(policy.checks[3].withoutBaseline == .pass)
        #expect(
            policy.approvals == [
                ApprovalRule(role: "validator", quorum: .count(1)), ApprovalRule(role: "compliance", quorum: .count(1)),
                ApprovalRule(role: "ethics_committee", quorum: .majority),
            ])
        #expect(policy.separatesDuties && policy.approvalDays == 30)
    }

    @Test func defaultsAreTheStrictOnes() throws {
        let policy = try Fixtures.read("{assay: policy/v1, name: p, version: 1, approvals: [{role: validator}]}")
        #expect(policy.accept == [.recomputed])
        #expect(policy.separatesDuties)
        #expect(policy.approvalDays == 90)
        #expect(policy.scope == .everyProtectedPlace)
        #expect(policy.data == nil)
    }

    /// YAML 1.1 would make these false, 2, 1000.0, 16, a date, null and 1.1; they stay what was written.
    @Test(arguments: ["NO", "2", "1e3", "0x10", "2026-01-01", "null", "1.10", "0o17", "1_000", "off", "Y"])
    func scalarsStayText(_ written: String) throws {
        let policy = try Fixtures.read(
            "{assay: policy/v1, name: \(written), version: \(written), approvals: [{role: \(written)}]}")
        #expect(policy.name.string == written)
        #expect(policy.version.string == written)
        #expect(policy.approvals[0].role?.string == written)
        let quoted = try Fixtures.read(
            "{assay: 'policy/v1', name: \"\(written)\", version: '\(written)', approvals: [{role: '\(written)'}]}")
        #expect(quoted == policy)
    }

    @Test func everyMistakeIsListed() {
        let found = Fixtures.problems(
            """
            assay: policy/v2
            nmae: consumer-credit
            version: [1]
            applies-to: {models: [], tiers: [medium], stages: [Live], registration: yes}
            data: {dataset: ../x.parquet, labell: approve}
            accept: [recomputed, trusted]
            checks:
              - {id: fairness.demographic_parity_diference, column: race, max: 0.1}
              - {id: performance.roc_auc, min: 0.9, max: 0.1}
              - {id: aif360.disparate_impact, column: race, between: [1.25, 0.8]}
              - {column: race, max: 1}
              - performance.accuracy
            approvals:
              - {role: validator, count: 0}
              - {role: admin}
            separation-of-duties: NO
            approvals-expire-after-days: 1e1
            """)
        let expected = [
            "1:1: error: the policy needs 'name'",
            "1:8: error: 'assay' is 'policy/v1', the format this program reads, not 'policy/v2'",
            "2:1: error: the policy has no key 'nmae'; did you mean 'name'?",
            "3:10: error: 'version' is text, not a list",
            "4:14: error: 'models' is an empty list",
            "4:34: error: an item of 'tiers' cannot be 'medium'; it is one of low, moderate, high, prohibited",
            "4:52: error: there is no stage 'Live'; a gate stands before Staging, Production, Archived",
            "4:73: error: 'registration' is true or false, not 'yes'",
            "5:17: error: 'dataset' is a path among the model's artifacts, such as eval/holdout.parquet; '../x.parquet' is not",
            "5:31: error: 'data' has no key 'labell'; did you mean 'label'?",
            "6:22: error: an item of 'accept' cannot be 'trusted'; it is one of recomputed, attested, supplied",
            "8:10: error: there is no check 'fairness.demographic_parity_diference'; did you mean 'fairness.demographic_parity_difference' or 'fairness.demographic_parity_ratio'?",
            "9:5: error: performance.roc_auc needs 'label' in 'data'",
            "9:31: error: no value can be at least 0.9 and at most 0.1; the two are reversed",
            "10:5: error: aif360.disparate_impact needs 'privileged': the value of the column others are compared with",
            "10:59: error: no value can be at least 1.25 and at most 0.8; the two are reversed",
            "11:5: error: this check needs 'id'",
            "12:5: error: this check is a mapping (key: value), not text",
            "14:30: error: 'count' is a whole number from 1 to 100, not '0'",
            "15:12: error: an admin fills no approval; name the role that judges models",
            "16:23: error: 'separation-of-duties' is true or false, not 'NO'",
            "17:30: error: 'approvals-expire-after-days' is a whole number from 1 to 3650, not '1e1'",
        ]
        for line in expected { #expect(found.contains(line), "missing: \(line)") }
        for line in found { #expect(expected.contains(line) || line.hasPrefix("4:13"), "unexpected: \(line)") }
        #expect(found.contains { $0.hasPrefix("4:13: error: 'applies-to' selects no change") } == true)
    }

    /// One check each; the message must hold the words and the column of the mistake.
    @Test(arguments: [
        ("{id: performance.accuracy}", "6:5: error: this check has no limit"),
        ("{id: performance.accuracy, min: .5}", "6:37: error: 'min' is a decimal number, not '.5'; write 0.5"),
        ("{id: performance.accuracy, min: 0x10}", "6:37: error: 'min' is a decimal number, not '0x10'"),
        ("{id: performance.accuracy, min: 75%}", "write a fraction: 10% is 0.1"),
        ("{id: performance.accuracy, min: }", "6:37: error: 'min' has no value"),
        ("{id: performance.accuracy, min: [0.5]}", "6:37: error: 'min' is text, not a list"),
        ("{id: performance.accuracy, min: 1.01}", "no value can be min 1.01: performance.accuracy is at most 1"),
        ("{id: performance.accuracy, above: 1}", "no value can be above 1: performance.accuracy is at most 1"),
        ("{id: performance.accuracy, below: 0}", "no value can be below 0: performance.accuracy is at least 0"),
        ("{id: performance.accuracy, max: -0.1}", "no value can be max -0.1"),
        ("{id: performance.accuracy, min: 0.5, above: 0.4}", "two limits at the same end"),
        ("{id: performance.accuracy, above: 0.5, below: 0.5}", "no value lies above 0.5 and below 0.5"),
        ("{id: performance.accuracy, min: 0.5, max: 0.5}", ""),
        ("{id: performance.accuracy, between: [0.5]}", "'between' is two numbers, [lowest, highest], not 1"),
        ("{id: performance.accuracy, between: [0.5, 0.6], min: 0.1}", "'between' stands alone"),
        ("{id: performance.accuracy, max-drop: 0.1}", "'against' and 'max-drop' go together"),
        ("{id: performance.accuracy, against: production, min: 0.1}", "'against' and 'max-drop' go together"),
        ("{id: performance.accuracy, against: staging, max-drop: 1%}", "'staging' is neither"),
        ("{id: performance.accuracy, against: production, max-drop: -1%}", "it is not negative"),
        ("{id: performance.accuracy, against: production, max-drop: two}", "'max-drop' is a decimal number (0.02)"),
        ("{id: performance.accuracy, against: production, max-drop: 1%, judge: interval}", "has no interval"),
        ("{id: performance.accuracy, min: 0.5, if-none: pass}", "it needs 'against'"),
        ("{id: performance.accuracy, min: 0.5, column: race}", "looks at no single column"),
        ("{id: performance.accuracy, min: 0.5, min-group: 5}", "has no groups"),
        ("{id: performance.accuracy, min: 0.5, min-group: 30}", ""),
        ("{id: performance.accuracy, min: 0.5, privileged: white}", "has no privileged group"),
        ("{id: performance.accuracy, min: 0.5, jugde: value}", "did you mean 'judge'?"),
        ("{id: fairness.demographic_parity_difference, max: 0.1}", "needs 'column'"),
        (
            "{id: fairness.demographic_parity_difference, column: race, abs: true, below: 0}",
            "a value without sign is at least 0"
        ),
        ("{id: fairness.demographic_parity_difference, column: race, abs: true, max: 0}", ""),
        ("{id: aif360.disparate_impact, column: age, privileged: '> thirty', min: 0.8}", "a relation and a number"),
        ("{id: accuracy, min: 0.5}", "did you mean 'performance.accuracy'?"),
        ("{id: quality.column_absent, column: race, where: features}", ""),
        (
            "{id: quality.column_absent, column: race, where: everywhere}",
            "'where' cannot be 'everywhere'; it is one of features, data"
        ),
        ("{id: quality.column_absent, column: race, max: 0.5}", ""),
        ("{id: performance.accuracy, min: 0.5, where: data}", "leave 'where' out"),
        ("{id: performance.accuracy, min: 0.5, id: x}", "'id' stands in this mapping already, on line 6"),
    ])
    func mistakesInACheck(_ check: String, _ words: String) {
        let found = Fixtures.problems(
            """
            assay: policy/v1
            name: p
            version: 1
            data: {label: approve}
            checks:
              - \(check)
            """)
        if words.isEmpty {
            #expect(found == [])
        } else {
            #expect(found.contains { $0.contains(words) }, "\(found)")
        }
    }

    @Test(arguments: [
        ("{label: y, score: s}", "accept: [supplied]", ""),
        ("{label: y, score: s}", "", "no evidence can be accepted"),
        ("{label: y, predictions: 'artifact:p.parquet'}", "accept: [supplied]", "need 'prediction' or 'score'"),
        ("{label: y, predictions: from-model, prediction: p}", "", "come from the model; leave them out"),
        (
            "{label: y, predictions: 'artifact:eval/p.parquet', prediction: p}", "accept: [supplied]",
            "needs 'score' in 'data'"
        ),
        (
            "{label: y, predictions: 'artifact:/p', score: s}", "accept: [supplied]",
            "a path among the model's artifacts"
        ),
        ("{label: y, predictions: magic}", "", "from-model, dataset or artifact:PATH"),
        ("{label: y, dataset: eval/holdout.json}", "", "log it as Parquet"),
        ("{label: y, dataset: 'loans@sha256:12'}", "", "64 hexadecimal digits"),
        ("{label: y, dataset: 'loans@sha256:\(String(repeating: "ab", count: 32))'}", "", ""),
        ("{label: y, dataset: ''}", "", "'dataset' has no value"),
        ("holdout.parquet", "", "'data' is a mapping"),
    ])
    func dataSection(_ data: String, _ extra: String, _ words: String) {
        let found = Fixtures.problems(
            """
            assay: policy/v1
            name: p
            version: 1
            data: \(data)
            checks: [{id: performance.roc_auc, min: 0.5}]
            \(extra)
            """)
        if words.isEmpty {
            #expect(found == [])
        } else {
            #expect(found.contains { $0.contains(words) }, "\(found)")
        }
    }

    @Test(arguments: [
        ("[{role: validator}, {role: validator}]", "stands here twice"),
        ("[{count: 1}, {count: 1}]", "an approval by any role stands here twice"),
        ("[{role: committee, vote: majority, count: 2}]", "exclude each other"),
        ("[{vote: majority}]", "a vote needs the role"),
        ("[{role: committee, vote: plurality}]", "'vote' is majority, not 'plurality'"),
        ("[{role: validator, count: 101}]", "from 1 to 100"),
        ("[{role: validator, count: 007}]", "from 1 to 100"),
        ("[{role: validator, count: 99999999999999999999}]", "from 1 to 100"),
        ("{role: validator}", "'approvals' is a list"),
        ("[{role: validator, count: 2}]", ""),
    ])
    func approvals(_ approvals: String, _ words: String) {
        let found = Fixtures.problems("{assay: policy/v1, name: p, version: 1, approvals: \(approvals)}")
        if words.isEmpty {
            #expect(found == [])
        } else {
            #expect(found.contains { $0.contains(words) }, "\(found)")
        }
    }

    @Test(arguments: [
        ("white", "race", "race=white"), ("race=white", "race", "race=white"), ("race = white ", "race", "race=white"),
        ("> 30", "age", "age>30"), ("age > 30", "age", "age>30"), ("age>=30.5", "age", "age>=30.5"),
        ("1", "male", "male=1"), ("racer", "race", "race=racer"), ("=", "race", ""), ("> x", "age", ""),
    ])
    func privilegedGroups(_ written: String, _ column: String, _ expected: String) throws {
        let check = "{id: aif360.disparate_impact, column: \(column), privileged: '\(written)', min: 0.8}"
        guard !expected.isEmpty else {
            #expect(throws: PolicyProblems.self) { try Fixtures.policy(check: check) }
            return
        }
        #expect(try Fixtures.policy(check: check).checks[0].privileged?.string == expected)
    }

    @Test(arguments: ["a b", "-p", ".p", "p/q", "é", "p\u{200B}"])
    func namesCanStandInAddresses(_ name: String) {
        #expect(throws: PolicyProblems.self) {
            try Fixtures.read("{assay: policy/v1, name: \"\(name)\", version: 1, approvals: [{role: v}]}")
        }
    }

    @Test func aPublishedPolicyIsReadWithoutACatalogue() throws {
        let text = Self.example.split(separator: "\n").map {
            $0.contains("roc_auc") ? "  - {id: later.check, min: 7}" : String($0)
        }
        #expect(throws: PolicyProblems.self) { try Fixtures.read(text.joined(separator: "\n")) }
        #expect(try Fixtures.read(text.joined(separator: "\n"), catalogue: nil).checks.count == 4)
    }
}
