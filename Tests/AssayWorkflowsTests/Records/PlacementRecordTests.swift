import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// Where versions stand is told, and signed, only as the log has it: also of what is written past the server while it runs.
@Suite struct PlacementRecordTests {
    /// Version 1 in Production and `champion` of the same files by the gate's leave; version 2 stands nowhere.
    private func withPlaces(_ body: (GovernedHouse) async throws -> Void) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            try await house.publish()
            let first = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.carryThrough(first, by: house.otto)
            try await house.useCases.setAlias("shadow", ofModelNamed: "loans", to: 1, by: house.otto)
            _ = try await house.register(house.logModel(gap: "0.5", table: "late", by: house.otto), by: house.otto)
            try await tellsAll(house)
            try await body(house)
        }
    }

    private func tellsAll(_ house: GovernedHouse) async throws {
        for question in questions(house) { try await question() }
        let statement = try DSSEEnvelope(json: await house.governance.deploymentStatement(model: "loans", version: 1))
        let places = try JSONValue(parsing: statement.payload)["predicate"]?["places"]?.array
        #expect(places?.map { $0["target"]?.string } == ["stage Production"])
    }

    private func questions(_ house: GovernedHouse) -> [() async throws -> Void] {
        let all = SearchQuery(limit: 10)
        return [
            { _ = try await house.governance.deploymentStatement(model: "loans", version: 1) },
            { _ = try await house.governance.statements(model: "loans", version: 1) },
            { _ = try await house.useCases.modelVersion(1, ofModelNamed: "loans") },
            { _ = try await house.useCases.version(ofAlias: "shadow", modelNamed: "loans") },
            { _ = try await house.useCases.registeredModel(named: "loans") },
            { _ = try await house.useCases.latestVersions(ofModelNamed: "loans", in: []) },
            { _ = try await house.useCases.searchModelVersions(all, prompts: false) },
            { _ = try await house.useCases.searchRegisteredModels(all, prompts: false) },
            { _ = try await house.useCases.downloadURI(ofVersion: 1, modelNamed: "loans") },
            { _ = try await house.useCases.versionArtifact(1, ofModelNamed: "loans", path: "MLmodel") },
            { _ = try await house.governance.modelCard(model: "loans", version: 1) },
            { _ = try await house.governance.inventory(model: "loans", version: 1) },
        ]
    }

    /// Version 1 becomes version 2, and 2 becomes 1.
    private static let exchange = """
        PRAGMA defer_foreign_keys = ON; DROP TRIGGER IF EXISTS modelVersionIsFrozen; UPDATE modelVersion SET version = version + 10;
        UPDATE modelVersion SET version = 13 - version
        """

    @Test(arguments: [
        ("UPDATE modelAlias SET version = 2", "UPDATE modelAlias SET version = 1", "alias 'shadow' of model"),
        ("UPDATE modelAlias SET alias = 'other'", "UPDATE modelAlias SET alias = 'shadow'", "alias 'other' of model"),
        (
            "UPDATE modelVersion SET stage = 'Production' WHERE version = 2", "UPDATE modelVersion SET stage = 'None' WHERE version = 2",
            "stage of version"
        ),
        (
            "UPDATE modelVersion SET deletionTime = 1 WHERE version = 2", "UPDATE modelVersion SET deletionTime = NULL WHERE version = 2",
            "files of version"
        ),
        (exchange, exchange, "files of version"),
        ("UPDATE placement SET decision = 'waived'", "UPDATE placement SET decision = 'pass'", "leave of version"),
        ("UPDATE placement SET target = 'alias shadow'", "UPDATE placement SET target = 'stage Production'", "leave of version"),
    ])
    func whatNobodyDecidedIsNotTold(_ change: String, _ restore: String, _ object: String) async throws {
        try await withPlaces { house in
            try house.house.tamper(change)
            for question in questions(house) {
                let refused = await refusal(.conflict, question)
                #expect(refused.contains("The database is not what the log says of loans: \(object)"), "\(refused)")
                #expect(refused.contains("assay audit verify --data-dir DIR"))
            }
            try house.house.tamper(restore)
            try await tellsAll(house)
        }
    }

    /// The digest of a version's files is in the log; the list of them is held against it before it is signed.
    @Test func aListOfOtherFilesIsNotSigned() async throws {
        try await withPlaces { house in
            try house.house.tamper("UPDATE file SET digest = zeroblob(32) WHERE ownerKind = (SELECT min(ownerKind) FROM file WHERE owner = (SELECT id FROM modelVersion WHERE version = 1))")
            let refused = await refusal(.conflict) { _ = try await house.governance.deploymentStatement(model: "loans", version: 1) }
            #expect(refused.contains("list of the files of loans/1 is not the one whose digest was registered"))
            let version = try #require(try await house.house.store.read { try $0.modelVersion(1, ofModelNamed: "loans") })
            let questions: [() async throws -> Void] = [
                { _ = try await house.governance.statements(model: "loans", version: 1) },
                { _ = try await house.useCases.modelVersion(1, ofModelNamed: "loans") },
                { _ = try await house.useCases.downloadURI(ofVersion: 1, modelNamed: "loans") },
                { _ = try await house.useCases.versionArtifact(1, ofModelNamed: "loans", path: "MLmodel") },
                { _ = try await house.useCases.artifact(Text("versions/\(version.id)/MLmodel")) },
                { _ = try await house.useCases.artifacts(at: Text("versions/\(version.id)")) },
                { _ = try await house.governance.modelCard(model: "loans", version: 1) },
                { _ = try await house.governance.inventory(model: "loans", version: 1) },
            ]
            for question in questions {
                #expect(await refusal(.conflict, question).contains("list of the files of loans/1"))
            }
            let differences = try #require(try await house.useCases.compareRecords()).differences.map(\.object)
            #expect(differences.contains("files of version \(version.id)"))
        }
    }

    /// What was read of the log before does not hide what is decided after.
    @Test func whatIsDecidedLaterIsKnown() async throws {
        try await withPlaces { house in
            try await house.useCases.setAlias("shadow", ofModelNamed: "loans", to: 2, by: house.otto)
            #expect(try await house.useCases.version(ofAlias: "shadow", modelNamed: "loans").number == 2)
            try await house.useCases.deleteAlias("shadow", ofModelNamed: "loans", by: house.otto)
            #expect(try await house.useCases.registeredModel(named: "loans").model.aliases.isEmpty)
            try house.house.tamper("INSERT INTO modelAlias SELECT number, 'shadow', 2 FROM registeredModel")
            _ = await refusal(.conflict) { _ = try await house.useCases.version(ofAlias: "shadow", modelNamed: "loans") }
        }
    }

    @Test func whereNothingIsGatedNothingIsHeldAgainstTheLog() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try house.house.tamper("UPDATE modelVersion SET stage = 'Staging'")
            #expect(try await house.useCases.modelVersion(1, ofModelNamed: "loans").stage == .staging)
        }
    }

    private static let leaves: [(JSONValue?, Bool)] = [
        (["decision": "pass"], false), (["decision": "left"], false), (nil, false), (["decision": "no-policy"], true),
        (["decision": "not-gated"], true), (["decision": "pass", "basis": "policies"], true),
    ]

    /// Entries of programs that said less of the gate's leave make the leave unknown, and nothing else.
    @Test(arguments: leaves)
    func aLeaveThatSaysTooLittleIsUnknown(_ gate: JSONValue?, _ isKnown: Bool) throws {
        var payload: JSONObject = [
            "model": "loans", "model_id": "m", "version": 1, "version_id": "v", "alias": "Champion",
            "manifest": .string(String(repeating: "0a", count: 32)),
        ]
        payload["gate"] = gate
        var replay = GovernedReplay()
        replay.apply("e", kind: "alias.set", by: "u", about: ["model:m", "version:v"], payload: .object(payload))
        let placement = GovernedFact.placement(versionID: "v", modelID: "m", target: "alias champion")
        #expect(replay.knows(placement) == isKnown)
        #expect(replay.knows(.alias("Champion", modelID: "m")) && replay.facts[.alias("Champion", modelID: "m")] == "version 1")
        #expect((replay.facts[placement] != nil) == (gate?["basis"] != nil))
    }

    private static func move(from: String, to: String, gate: JSONValue) -> JSONValue {
        [
            "model": "loans", "model_id": "m", "version": 1, "version_id": "v", "manifest": .string(String(repeating: "0a", count: 32)),
            "from": .string(from), "to": .string(to), "archived": [], "gate": gate,
        ]
    }

    /// That there is no policy is no ground once there was one; while the version stands by it, nothing else is let through.
    @Test(arguments: [false, true])
    func noPlaceIsTakenForWantOfPoliciesAfterThereWereSome(isPublishedBefore: Bool) throws {
        var replay = GovernedReplay()
        func publish() {
            replay.apply(
                "p", kind: "policy.published", by: "u", about: ["policy:credit"], payload: ["name": "credit", "version": "1", "digest": "00"])
        }
        if isPublishedBefore { publish() }
        let none: JSONValue = ["decision": "pass", "basis": "no-policy", "policies": []]
        replay.apply(
            "s", kind: "stage.changed", by: "u", about: ["model:m", "version:v"],
            payload: Self.move(from: "None", to: "Production", gate: none))
        if !isPublishedBefore { publish() }
        let found = replay.impossibleDifferences
        #expect(found.map(\.object) == (isPublishedBefore ? ["ledger entry s"] : []))
        #expect(found.allSatisfy { $0.detail.contains("took stage Production on the ground that there is no policy") && !$0.isOver })
        replay.apply(
            "t", kind: "stage.changed", by: "u", about: ["model:m", "version:v"],
            payload: Self.move(from: "Production", to: "None", gate: ["decision": "left", "left": []]))
        #expect(replay.impossibleDifferences.count == found.count && !replay.impossibleDifferences.map(\.isOver).contains(false))
    }

    @Test(arguments: [
        ([], [], true), (["validator"], [], false), (["admin", "auditor"], [], true), (["loan_desk"], ["allow read,approve on model:loan-*"], false),
        (["loan_desk"], ["allow read on model:loan-*", "deny approve on model:x"], true),
    ] as [([String], [String], Bool)])
    func whoApprovesHoldsARoleThatApproves(_ roles: [String], _ grants: [String], _ isImpossible: Bool) throws {
        var replay = GovernedReplay()
        func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        if !grants.isEmpty {
            replay.apply("r", kind: "role.defined", by: "a", about: ["role:loan_desk"], payload: ["role": "loan_desk", "grants": strings(grants)])
        }
        replay.apply("u", kind: "user.created", by: "a", about: ["user:u"], payload: ["user": "u", "roles": strings(roles)])
        replay.apply(
            "e", kind: "approval.given", by: "u", about: ["request:q"],
            payload: ["approval": "1", "approver": "u", "binding": ["request": "q"]])
        // What is taken away later was held then.
        replay.apply("w", kind: "user.roles-changed", by: "a", about: ["user:u"], payload: ["user": "u", "to": []])
        #expect(replay.impossibleDifferences.map(\.object) == (isImpossible ? ["ledger entry e"] : []))
        #expect(!replay.impossibleDifferences.map(\.isOver).contains(false))
    }
}
