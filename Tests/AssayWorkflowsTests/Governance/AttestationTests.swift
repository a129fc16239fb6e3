import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

private struct UnableComputer: EvidenceComputer {
    func compute(_ work: EvidenceWork) async throws -> Envelope { throw AssayError(.unreadable, "this computer computes nothing") }
}

/// Evidence by evaluators outside of the server: what counts, and everything that is refused.
@Suite struct AttestationTests {
    private static let policy = GovernedHouse.policy
        .replacing("checks:", with: "accept: [attested]\nevaluators: [lab]\nchecks:")

    private struct Laboratory {
        let house: GovernedHouse
        let version: ModelVersion
        let manifest: SHA256Digest
        let key = Ed25519.SigningKey()

        init(_ house: GovernedHouse, owner: Text = "petra", author: Principal? = nil) async throws {
            self.house = house
            version = try await house.register(house.logModel(gap: "0.04", by: author ?? house.otto), by: author ?? house.otto)
            guard case .frozen(let digest) = version.content else { throw AssayError(.conflict, "not frozen") }
            manifest = digest
            // The server's own jobs end without evidence, so that the evaluator's is all there is.
            try await house.work(UnableComputer())
            _ = try await house.governance.addEvaluator(
                named: "lab", .key(key.verificationKey.rawBytes), ownedBy: owner, by: house.adam)
        }

        func statement(
            about subject: SHA256Digest? = nil, gap: Double = 0.04, provenance: Provenance = .attested,
            rows: String = "rows", policy: SHA256Digest? = nil
        ) -> Envelope {
            var inputs = [
                Envelope.Input(
                    role: "data", name: "eval/holdout.parquet", digest: SHA256Hasher.digest(of: Array(rows.utf8)), rows: 200)
            ]
            if let policy { inputs.append(.init(role: "policy", name: "credit 1", digest: policy)) }
            return Envelope(
                subjects: [.init(name: "loans/1", digest: subject ?? manifest)], engineVersion: "lab 1",
                computedAt: "2026-01-31T08:00:00Z", provenance: provenance, inputs: inputs,
                parameters: ["sensitive": .list([.text("race")]), "label": .text("approve")],
                results: [
                    CheckResult(
                        descriptor: GovernedHouse.check, column: "race", value: gap,
                        groups: [
                            .init(group: "black", count: 100, value: 0.9 - gap), .init(group: "white", count: 100, value: 0.9),
                        ], rows: 200)
                ])
        }

        func sign(_ envelope: Envelope, with key: Ed25519.SigningKey? = nil) throws -> [UInt8] {
            try DSSEEnvelope(signing: EnvelopeJSON.statement(of: envelope).canonicalBytes(), with: key ?? self.key).json.bytes()
        }

        @discardableResult
        func attest(_ bytes: [UInt8], by person: Principal? = nil) async throws -> EvidenceRecord {
            try await house.governance.attest(model: "loans", version: 1, bytes, by: person ?? house.otto)
        }

        /// What the gate says of Production now.
        func refusal() async -> String {
            await AssayWorkflowsTests.refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
        }
    }

    @Test func aTrustedEvaluatorsEvidenceLeadsToProduction() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house)
            let record = try await lab.attest(try lab.sign(lab.statement()))
            #expect(record.provenance == .attested && record.jobID == nil)
            // The same statement a second time is the same record, and no second entry.
            #expect(try await lab.attest(try lab.sign(lab.statement())).id == record.id)
            #expect(try await house.house.kinds().count { $0 == "evidence.attested" } == 1)
            _ = await lab.refusal()
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.promote(lab.version, by: house.otto)
            #expect(try await house.stage(lab.version) == .production)

            // What in-toto's tools are given: the evidence as the evaluator signed it, a test result, a verification result.
            let statements = try await house.governance.statements(model: "loans", version: 1)
            let read = try statements.map { json in
                let signed = try DSSEEnvelope(json: json)
                return (signed, try JSONValue(parsing: signed.payload))
            }
            let types = read.compactMap { $0.1["predicateType"]?.string }
            #expect(types == [EnvelopeJSON.predicateType, Governance.testResultType, Governance.verificationResultType])
            #expect(read[0].0.isSigned(by: lab.key.verificationKey))
            for (signed, statement) in read.dropFirst() {
                #expect(signed.isSigned(by: house.key.verificationKey))
                #expect(statement["subject"]?.array?.first?["digest"]?["sha256"]?.string == lab.manifest.hex)
            }
            #expect(read[1].1["predicate"]?["result"]?.string == "PASSED")
            #expect(
                read[1].1["predicate"]?["passedTests"]?.array?.compactMap(\.string).contains(
                    "fairness.demographic_parity_difference race max 0.1") == true)
            let properties = read[2].1["predicate"]?["properties"]?.array?.compactMap(\.string) ?? []
            #expect(properties.contains("ASSAY_DECISION:pass") && properties.contains("ASSAY_POLICY_MET:credit 1"))
            #expect(try await house.governance.statements(model: "loans", version: 1) == statements, "the same bytes each time")
        }
    }

    @Test func aRefusedVersionHasAFailedTestResultAndNoVerificationResult() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house)
            try await lab.attest(try lab.sign(lab.statement(gap: 0.3)))
            _ = await lab.refusal()
            let statements = try await house.governance.statements(model: "loans", version: 1).map { json in
                try JSONValue(parsing: try DSSEEnvelope(json: json).payload)
            }
            let results = statements.filter { $0["predicateType"]?.string == Governance.testResultType }
            #expect(results.map { $0["predicate"]?["result"]?.string } == ["FAILED"])
            #expect(!statements.contains { $0["predicateType"]?.string == Governance.verificationResultType })
        }
    }

    @Test func whatMustNotCountIsRefused() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house)
            let other = try await house.register(house.logModel(gap: "0.05", by: house.otto), by: house.otto)
            guard case .frozen(let otherManifest) = other.content else { return }
            func refused(_ words: String, _ bytes: [UInt8], _ code: AssayError.Code = .permissionDenied, by person: Principal? = nil) async {
                let message = await refusal(code) { try await lab.attest(bytes, by: person) }
                #expect(message.contains(words), "\(message)")
            }
            let sound = lab.statement()
            await refused("No registered evaluator", try lab.sign(sound, with: Ed25519.SigningKey()))
            await refused("other files", try lab.sign(lab.statement(about: otherManifest)))
            await refused("'recomputed'", try lab.sign(lab.statement(provenance: .recomputed)))
            await refused("'supplied'", try lab.sign(lab.statement(provenance: .supplied)))
            await refused("rows that are not frozen", try lab.sign(lab.statement(rows: "other rows")))
            await refused("policy that is not published", try lab.sign(lab.statement(policy: SHA256Hasher.digest(of: [1]))))
            await refused("run_eval", try lab.sign(sound), by: .anonymous)
            await refused("run_eval", try lab.sign(sound), by: .localOperator)
            await refused("DSSE", Array("{}".utf8), .unreadable)
            await refused("DSSE", Array("not JSON".utf8), .unreadable)
            // A changed byte of the payload is no signed payload.
            var signed = try DSSEEnvelope(json: JSONValue(parsing: try lab.sign(sound)))
            signed.payload = Array(String(decoding: signed.payload, as: UTF8.self).replacing("0.04", with: "0.01").utf8)
            await refused("No registered evaluator", signed.json.bytes())
            // Readers take the first or the last of two; so nobody signs both.
            let twice = String(decoding: try EnvelopeJSON.statement(of: lab.statement()).canonicalBytes(), as: UTF8.self)
                .replacing("\"provenance\":", with: "\"provenance\":\"recomputed\",\"provenance\":")
            let doubled = try DSSEEnvelope(signing: Array(twice.utf8), with: lab.key).json.bytes()
            await refused("names this member twice", doubled, .unreadable)
            // A statement for one version, handed in for another.
            let message = await refusal(.permissionDenied) {
                _ = try await house.governance.attest(model: "loans", version: 2, try lab.sign(sound), by: house.otto)
            }
            #expect(message.contains("other files"))
            #expect(try await house.house.kinds().contains("evidence.attested") == false)
        }
    }

    @Test func whoMadeTheVersionEvaluatesNothing() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house, owner: "otto")
            let message = await refusal(.permissionDenied) { try await lab.attest(try lab.sign(lab.statement())) }
            #expect(message.contains("made it"))
        }
        // Nor does who adopts it afterwards: what was recorded before counts no more.
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house, owner: "ana", author: .anonymous)
            try await lab.attest(try lab.sign(lab.statement()))
            #expect(await !lab.refusal().contains("no evidence"))
            _ = try await house.governance.adopt(model: "loans", version: 1, comment: "", by: house.ana)
            #expect(await lab.refusal().contains("no evidence"))
        }
    }

    @Test func onlyWhomThePolicyTrustsCounts() async throws {
        for (policy, words) in [
            (GovernedHouse.policy.replacing("checks:", with: "accept: [attested]\nchecks:"), "trusts none"),
            (Self.policy.replacing("[lab]", with: "[other, third]"), "trusts other, third"),
            (GovernedHouse.policy, "accepts recomputed"),
        ] {
            try await GovernedHouse.with { house in
                try await house.publish(policy)
                let lab = try await Laboratory(house)
                try await lab.attest(try lab.sign(lab.statement()))
                #expect(await lab.refusal().contains(words), "\(policy)")
            }
        }
    }

    /// Whoever is registered, and trusted by no policy, could otherwise say it first and for good.
    @Test(arguments: [false, true]) func nobodyKeepsAnothersWordOut(_ isWorkflow: Bool) async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house)
            if isWorkflow {
                let pin = try WorkflowPin(
                    issuer: "https://ci.example.com", audience: "assay",
                    claims: [.init(name: "repository", value: "a/b"), .init(name: "workflow_ref", value: "x"), .init(name: "ref", value: "main")])
                let rival = try await house.governance.addEvaluator(named: "rival", .workflow(pin), ownedBy: "vera", by: house.adam)
                let vera = try #require(try await house.house.store.read { try $0.user(id: rival.userID) })
                let run = WorkflowRun(evaluator: "rival", build: try BuildOrigin())
                let statement = try EnvelopeJSON.statement(of: lab.statement()).canonicalBytes()
                try await lab.attest(statement, by: vera.principal(.workflow(run)))
            } else {
                let key = Ed25519.SigningKey()
                _ = try await house.governance.addEvaluator(
                    named: "rival", .key(key.verificationKey.rawBytes), ownedBy: "vera", by: house.adam)
                try await lab.attest(try lab.sign(lab.statement(), with: key))
            }
            #expect(await lab.refusal().contains("by the evaluator 'rival'"))
            let signed = try lab.sign(lab.statement())
            try await lab.attest(signed)
            #expect(await !lab.refusal().contains("evaluator"))
            // Both stand, each once.
            try await lab.attest(signed)
            let statements = try await house.governance.statements(model: "loans", version: 1)
            let attested = statements.filter { json in
                let payload = (try? DSSEEnvelope(json: json)).flatMap { try? JSONValue(parsing: $0.payload) }
                return payload?["predicate"]?["provenance"]?.string == "attested"
            }
            #expect(attested.count == 2)
        }
    }

    @Test func evidenceForAnotherPolicyDoesNotCount() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy.replacing("name: credit", with: "name: other").replacing("loan*", with: "else*"))
            try await house.publish(Self.policy)
            let policies = try await house.governance.policies()
            let lab = try await Laboratory(house)
            try await lab.attest(try lab.sign(lab.statement(policy: policies[0].digest)))
            #expect(await lab.refusal().contains("made for another policy"))
            try await lab.attest(try lab.sign(lab.statement(policy: policies[1].digest)))
            #expect(await !lab.refusal().contains("made for another policy"))
        }
    }

    /// A failed statement is not unsaid by publishing the same text as another version and having a kinder one made for that.
    @Test func evidenceForAnEarlierVersionOfThePolicyCountsOn() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let first = try #require(try await house.governance.policies().first)
            let lab = try await Laboratory(house)
            try await lab.attest(try lab.sign(lab.statement(gap: 0.31, policy: first.digest)))
            #expect(await lab.refusal().contains("0.31"))
            try await house.publish(Self.policy.replacing("version: \"1\"", with: "version: \"2\""))
            let second = try #require(try await house.governance.policies().first { $0.digest != first.digest })
            try await lab.attest(try lab.sign(lab.statement(gap: 0.01, policy: second.digest)))
            #expect(await lab.refusal().contains("0.31"), "the worst of both is what counts")
        }
    }

    @Test func aRemovedEvaluatorCountsNoMore() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let lab = try await Laboratory(house)
            let signed = try lab.sign(lab.statement())
            try await lab.attest(signed)
            try await house.governance.removeEvaluator(named: "lab", by: house.adam)
            #expect(await lab.refusal().contains("evidence"))
            let message = await refusal(.permissionDenied) { try await lab.attest(signed) }
            #expect(message.contains("No registered evaluator"))
            // Neither name nor key comes back.
            for (name, key) in [("lab", Ed25519.SigningKey()), ("lab2", lab.key)] as [(Text, Ed25519.SigningKey)] {
                _ = await refusal(.alreadyExists) {
                    _ = try await house.governance.addEvaluator(
                        named: name, .key(key.verificationKey.rawBytes), ownedBy: "vera", by: house.adam)
                }
            }
        }
    }

    @Test func onlyAnAdministratorRegisters() async throws {
        try await GovernedHouse.with { house in
            let key = Ed25519.SigningKey().verificationKey.rawBytes
            for person in [house.otto, house.vera, .anonymous, .localOperator, .server] {
                _ = await refusal(.permissionDenied) {
                    _ = try await house.governance.addEvaluator(named: "x", .key(key), ownedBy: "vera", by: person)
                }
                _ = await refusal(.permissionDenied) { try await house.governance.removeEvaluator(named: "x", by: person) }
            }
            for name in ["", "-x", "a b", "ä", "a/b", Text(String(repeating: "a", count: 65))] as [Text] {
                _ = await refusal(.invalidArgument) {
                    _ = try await house.governance.addEvaluator(named: name, .key(key), ownedBy: "vera", by: house.adam)
                }
            }
            _ = await refusal(.invalidArgument) {
                _ = try await house.governance.addEvaluator(
                    named: "own", .key(house.key.verificationKey.rawBytes), ownedBy: "vera", by: house.adam)
            }
            _ = await refusal(.notFound) {
                _ = try await house.governance.addEvaluator(named: "x", .key(key), ownedBy: "nobody-here", by: house.adam)
            }
        }
    }

    @Test(arguments: [
        "UPDATE evaluator SET userId = (SELECT id FROM user WHERE name = 'adam')", "UPDATE evaluator SET removedTime = 1",
        "UPDATE evaluator SET publicKey = zeroblob(32)", "DELETE FROM evaluator",
    ])
    func aChangeBehindTheLogIsNamed(_ sql: String) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await Laboratory(house)
            try house.house.tamper(sql)
            let differences = try #require(try await house.useCases.compareRecords()).differences
            #expect(differences.map(\.object) == ["evaluator 'lab'"])
        }
    }

    @Test(arguments: [
        "UPDATE evaluator SET workflow = replace(workflow, 'main', 'mine')", "UPDATE evaluator SET workflow = NULL, publicKey = zeroblob(32)",
    ])
    func aChangedWorkflowIsNamed(_ sql: String) async throws {
        let pin = try WorkflowPin(
            issuer: "https://ci.example.com", audience: "assay",
            claims: [.init(name: "repository", value: "a/b"), .init(name: "workflow_ref", value: "x"), .init(name: "ref", value: "main")])
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await house.governance.addEvaluator(named: "ci", .workflow(pin), ownedBy: "petra", by: house.adam)
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
            try house.house.tamper(sql)
            let differences = try #require(try await house.useCases.compareRecords()).differences
            #expect(differences.map(\.object) == ["evaluator 'ci'"])
        }
    }
}
