import AssayJSON
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// What the tables say is what the log's entries decided; where it is not, nothing that rests on it is let through.
///
/// Every other test of this target ends with the same comparison, in `House.with`.
@Suite struct RecordComparisonTests {
    /// A house in which nearly everything that can be decided was: one version in Production by approvals, one refused.
    private func withDecisions(_ body: (GovernedHouse, ModelVersion) async throws -> Void) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            try await house.publish()
            let first = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.carryThrough(first, by: house.otto)
            try await house.useCases.setAlias("shadow", ofModelNamed: "loans", to: 1, by: house.otto)
            let second = try await house.register(house.logModel(gap: "0.05", by: .anonymous), by: .anonymous)
            _ = try await house.governance.adopt(model: "loans", version: 2, comment: "", by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(second, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera)
            _ = try await house.useCases.setRoles([.auditor], ofUserNamed: "petra", by: house.adam)
            try await body(house, second)
        }
    }

    private func compare(_ house: GovernedHouse) async throws -> RecordComparison {
        try #require(try await house.useCases.compareRecords())
    }

    @Test func whatWasDecidedIsWhatStands() async throws {
        try await withDecisions { house, _ in
            let comparison = try await compare(house)
            #expect(comparison.differences.isEmpty && comparison.unknownCount == 0)
            // Six people with roles and an account each, and their tokens, one model, two versions with stage and files, an alias, how one
            // version came into its stage, a policy, three approvals, an adoption.
            #expect(comparison.factCount == 30)
            #expect(comparison.entryCount == 27)
        }
    }

    @Test(arguments: [
        ("INSERT INTO userRole SELECT id, 'validator' FROM user WHERE name = 'otto'", "roles of user "),
        ("DELETE FROM userRole WHERE role = 'compliance'", "roles of user "),
        ("INSERT INTO token SELECT '00', id, zeroblob(32), '', 0, 9, NULL, NULL, NULL, NULL, 0 FROM user WHERE name = 'adam'", "token 00 of user "),
        ("UPDATE token SET verbs = 'read' WHERE userID = (SELECT id FROM user WHERE name = 'ana')", "token "),
        ("UPDATE token SET loginTime = 5 WHERE userID = (SELECT id FROM user WHERE name = 'ana')", "token "),
        ("UPDATE user SET disabledTime = 5 WHERE name = 'ana'", "account of user "),
        ("UPDATE user SET kind = 'service' WHERE name = 'ana'", "account of user "),
        ("INSERT INTO password SELECT id, 'forged', 5, 0 FROM user WHERE name = 'ana'", "password of user "),
        ("INSERT INTO subject SELECT 'https://idp', 'mallory', id, 5 FROM user WHERE name = 'ana'", "account of user "),
        ("UPDATE token SET expiryTime = expiryTime + 1 WHERE userID = (SELECT id FROM user WHERE name = 'ana')", "token "),
        ("UPDATE registeredModel SET name = 'other'", "name of model "),
        ("UPDATE modelVersion SET stage = 'Production' WHERE version = 2", "stage of version "),
        ("DROP TRIGGER modelVersionIsFrozen; UPDATE modelVersion SET manifestDigest = zeroblob(32) WHERE version = 2", "files of version "),
        ("UPDATE placement SET decision = 'waived'", "leave of version "),
        ("UPDATE placement SET manifest = zeroblob(32)", "leave of version "),
        ("UPDATE placement SET detail = x'7b7d'", "leave of version "),
        ("UPDATE placement SET requestId = NULL", "leave of version "),
        ("UPDATE placement SET entryId = (SELECT id FROM ledgerEntry WHERE kind = 'alias.set')", "leave of version "),
        ("DELETE FROM placement", "leave of version "),
        (
            """
            INSERT INTO placement SELECT (SELECT id FROM modelVersion WHERE version = 2), target, manifest, decision, detail, requestId,
                entryId, placedTime FROM placement
            """, "leave of version "
        ),
        ("UPDATE modelAlias SET version = 2", "alias 'shadow' of model "),
        ("INSERT INTO modelAlias SELECT number, 'champion', 2 FROM registeredModel", "alias 'champion' of model "),
        ("DELETE FROM modelAlias", "alias 'shadow' of model "),
        ("DROP TRIGGER policyIsNeverChanged; UPDATE policy SET publisherId = 'x'", "policy credit 1"),
        ("DROP TRIGGER policyIsNeverRemoved; DELETE FROM policy", "policy credit 1"),
        ("UPDATE approval SET state = 'standing' WHERE ordinal = 1", "approval "),
        ("UPDATE approval SET binding = x'7b7d' WHERE state = 'standing'", "approval "),
        ("DELETE FROM adoption", "adoption of version "),
        ("UPDATE ledgerEntry SET payload = NULL WHERE kind = 'alias.set'", "ledger entry "),
        ("UPDATE ledgerEntry SET payload = x'01' WHERE kind = 'user.roles-changed'", "ledger entry "),
        (
            """
            UPDATE ledgerEntry SET logIndex = ordinal - 1; DROP TRIGGER ledgerEntryIsNeverRemoved;
            DELETE FROM ledgerTopic WHERE ordinal = (SELECT ordinal FROM ledgerEntry WHERE kind = 'request.decided' LIMIT 1);
            DELETE FROM ledgerEntry WHERE ordinal = (SELECT ordinal FROM ledgerEntry WHERE kind = 'request.decided' LIMIT 1)
            """, "ledger"
        ),
    ])
    func aChangeBehindTheLogIsNamed(_ sql: String, _ object: String) async throws {
        try await withDecisions { house, _ in
            try house.house.tamper(sql)
            let differences = try await compare(house).differences
            #expect(differences.count == 1 && differences[0].object.hasPrefix(object), "\(differences)")
        }
    }

    @Test(arguments: [
        ("UPDATE modelVersion SET deletionTime = 1 WHERE version = 2", ["files of", "stage of"]),
        ("UPDATE modelVersion SET deletionTime = 1 WHERE version = 1", ["files of", "leave of", "stage of"]),
        (
            """
            PRAGMA defer_foreign_keys = ON; DROP TRIGGER modelVersionIsFrozen; UPDATE modelVersion SET version = version + 10;
            UPDATE modelVersion SET version = 13 - version
            """, ["files of", "files of"]
        ),
    ])
    func aVersionThatIsTakenOutOrExchangedIsNamed(_ sql: String, _ objects: [String]) async throws {
        try await withDecisions { house, _ in
            try house.house.tamper(sql)
            let differences = try await compare(house).differences.map(\.object)
            #expect(differences.count == objects.count && zip(differences, objects).allSatisfy { $0.hasPrefix($1) }, "\(differences)")
        }
    }

    @Test func anAccountThatNobodyMadeIsNamed() async throws {
        try await withDecisions { house, _ in
            try house.house.tamper(
                "INSERT INTO user (id, name, creationTime) VALUES ('00', 'mallory', 0); INSERT INTO userRole VALUES ('00', 'admin')")
            #expect(try await compare(house).differences.map(\.object).sorted() == ["account of user 00", "roles of user 00"])
        }
    }

    @Test func nothingThatRestsOnTheTablesIsLetThroughUntilTheyAreRight() async throws {
        try await withDecisions { house, version in
            try await house.approve(house.openRequest(), by: house.cleo)
            try house.house.tamper("INSERT INTO userRole SELECT id, 'validator' FROM user WHERE name = 'otto'")
            let check = try #require(house.useCases.recordCheck)
            await check.compare()
            #expect(!check.isEqual)
            let refused = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(refused.contains("incomplete: the database is not what the log says: roles of user \(house.otto.id)"))
            #expect(refused.contains("assay audit verify --data-dir DIR"))
            #expect(try await house.stage(version) == ModelStage.none)
            let request = try await house.openRequest()
            #expect(request.decision == .incomplete)
            for attempt in [
                { _ = try await house.governance.approve(requestID: request.id, seen: nil, comment: "", by: house.ana) },
                { _ = try await house.governance.publish(Array(GovernedHouse.policy.utf8), by: house.vera) },
                { _ = try await house.governance.adopt(model: "loans", version: 1, comment: "", by: house.otto) },
                { _ = try await house.useCases.setRoles([.validator], ofUserNamed: "otto", by: house.adam) },
                { _ = try await house.useCases.createUser(named: "mallory", roles: [.admin], by: house.adam) },
                { _ = try await house.useCases.createToken(forUserNamed: "otto", label: "", by: house.adam) },
            ] as [() async throws -> Void] {
                let message = await refusal(.conflict, attempt)
                #expect(message.contains("has to wait: the database is not what the log says"))
            }
            // What no gate stands before goes on, and so does leaving a protected place.
            _ = try await house.logModel(gap: "0.1", by: house.otto)
            try await house.useCases.setAlias("other", ofModelNamed: "loans", to: 1, by: house.otto)
            _ = try await house.useCases.moveVersion(
                1, ofModelNamed: "loans", to: .archived, archivingOthers: false, by: house.otto)

            try house.house.tamper(
                "DELETE FROM userRole WHERE role = 'validator' AND userID = (SELECT id FROM user WHERE name = 'otto')")
            await check.compare()
            #expect(check.isEqual)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
        }
    }

    @Test func beforeTheComparisonNothingIsPromoted() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            var useCases = house.useCases
            useCases.recordCheck = RecordCheck(useCases: useCases)
            let governance = house.governance(over: useCases)
            useCases.promotionGate = governance
            let waiting = useCases
            let refused = await refusal(.permissionDenied) {
                _ = try await waiting.moveVersion(
                    1, ofModelNamed: "loans", to: .production, archivingOthers: false, by: house.otto)
            }
            #expect(refused.contains("incomplete: the database is still being compared with the log"))
            #expect(try await house.stage(version) == ModelStage.none)
        }
    }

    /// Seals are no part of what is read, and more entries than the limit are left for later.
    @Test func whatIsReadIsBounded() async throws {
        try await House.with { house in
            for _ in 0..<3 {
                let run = SealedRun(house: house, id: try await SealedRun.newRun(house))
                try await run.end()
                try await run.sealer.sealDueRuns()
            }
            _ = try await house.useCases.createRegisteredModel(named: "loans", tags: [], description: nil, by: .anonymous)
            #expect(try await house.useCases.compareRecords()?.entryCount == 1)
            #expect(try await house.useCases.compareRecords(entryLimit: 1) != nil)
            #expect(try await house.useCases.compareRecords(entryLimit: 0) == nil)
        }
    }

    /// Entries of other versions of this program may lack a member: what they are about is left out, the rest is compared.
    @Test func anEntryThatSaysTooLittleIsNoDifference() async throws {
        try await House.with(tampers: true) { house in
            let useCases = house.useCases
            for name in ["loans", "cards"] as [Text] {
                _ = try await useCases.createRegisteredModel(named: name, tags: [], description: nil, by: .anonymous)
            }
            let loans = try #require(try await house.store.read { try $0.registeredModel(named: "loans") })
            _ = try await house.store.write { tx in
                try useCases.record(
                    kind: "alias.set", by: .anonymous, topics: [LedgerTopic.model(loans.id)], domain: "test",
                    payload: ["alias": "champion"], in: tx)
            }
            try house.tamper("UPDATE registeredModel SET name = name || '2'")
            let comparison = try #require(try await useCases.compareRecords())
            #expect(comparison.unknownCount == 1 && comparison.differences.count == 1)
            #expect(!comparison.differences[0].object.contains(loans.id))
        }
    }
}
