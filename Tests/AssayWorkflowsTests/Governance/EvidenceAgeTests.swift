import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Evidence that grows old: it is computed anew when somebody asks, and whoever signed it elsewhere signs it anew.
@Suite struct EvidenceAgeTests {
    private static let day: Int64 = 86_400_000
    private static let policy = GovernedHouse.policy.replacing("checks:", with: "fresh-within-days: 30\nchecks:")

    private func refusal(_ house: GovernedHouse, _ version: ModelVersion) async -> String {
        await AssayWorkflowsTests.refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
    }

    @Test func whatIsTooOldIsComputedAnew() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.ana), by: house.ana)
            try await house.work()
            house.house.advance(milliseconds: 30 * Self.day - 1_000)
            #expect(await !refusal(house, version).contains("old"))
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            let manifest = try #require(try await house.governance.evidence(model: "loans", version: 1).evidence.first)

            house.house.advance(milliseconds: 1_000)
            let stale = await refusal(house, version)
            #expect(stale.contains("the newest evidence of it is 30 days old, and the policy wants some that is younger than 30 days"), "\(stale)")
            #expect(stale.contains("it is being computed anew (/api/assay/v1/jobs/"))
            #expect(try await house.stage(version) != .production)

            // The same answer again is the same claim: what was approved stays approved.
            try await house.work()
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
            let renewed = try #require(try await house.governance.evidence(model: "loans", version: 1).evidence.first)
            #expect(renewed.id == manifest.id && renewed.claim == manifest.claim)
            #expect(renewed.recordedMilliseconds - manifest.recordedMilliseconds == 30 * Self.day)
            #expect(try await house.house.kinds().count { $0 == "evidence.recorded" } == 2)

            // What the log says still leads to what the tables hold.
            let check = RecordCheck(useCases: house.useCases)
            await check.compare()
            #expect(check.isEqual)
        }
    }

    /// A row that says it is younger is not believed: the age is that of what the server signed.
    @Test func aChangedRowMakesNothingYoung() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.ana), by: house.ana)
            try await house.work()
            house.house.advance(milliseconds: 31 * Self.day)
            let record = try #require(try await house.governance.evidence(model: "loans", version: 1).evidence.first)
            let now = house.useCases.effects.nowMilliseconds()
            try await house.house.store.write {
                try $0.resignEvidence(id: record.id, envelope: record.envelope, keyID: record.keyID, recorded: now)
            }
            #expect(await refusal(house, version).contains("is 31 days old"))
        }
    }

    @Test func anEvaluatorSignsAnew() async throws {
        struct Unable: EvidenceComputer {
            func compute(_ work: EvidenceWork) async throws -> Envelope { throw AssayError(.unreadable, "this computer computes nothing") }
        }
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy.replacing("checks:", with: "accept: [attested]\nevaluators: [lab]\nchecks:"))
            let version = try await house.register(house.logModel(gap: "0.04", by: house.ana), by: house.ana)
            try await house.work(Unable())
            let key = Ed25519.SigningKey()
            _ = try await house.governance.addEvaluator(named: "lab", .key(key.verificationKey.rawBytes), ownedBy: "petra", by: house.adam)
            guard case .frozen(let manifest) = version.content else { throw AssayError(.conflict, "not frozen") }
            func statement(daysAgo days: Int64) throws -> [UInt8] {
                let time = LedgerTime.text(milliseconds: house.useCases.effects.nowMilliseconds() - days * Self.day) ?? ""
                let envelope = Envelope(
                    subjects: [.init(name: "loans/1", digest: manifest)], engineVersion: "lab 1", computedAt: time, provenance: .attested,
                    inputs: [
                        .init(role: "data", name: "eval/holdout.parquet", digest: SHA256Hasher.digest(of: Array("rows".utf8)), rows: 200)
                    ], parameters: ["sensitive": .list([.text("race")]), "label": .text("approve")],
                    results: [
                        CheckResult(
                            descriptor: GovernedHouse.check, column: "race", value: 0.04,
                            groups: [.init(group: "black", count: 100, value: 0.86), .init(group: "white", count: 100, value: 0.9)], rows: 200)
                    ])
                return try DSSEEnvelope(signing: EnvelopeJSON.statement(of: envelope).canonicalBytes(), with: key).json.bytes()
            }
            // A time that has not come yet, or is none, is refused; one that is long ago makes it old.
            let later = try statement(daysAgo: -1)
            _ = await AssayWorkflowsTests.refusal(.invalidArgument) {
                _ = try await house.governance.attest(model: "loans", version: 1, later, by: house.otto)
            }
            let old = try statement(daysAgo: 35)
            _ = try await house.governance.attest(model: "loans", version: 1, old, by: house.otto)
            #expect(await refusal(house, version).contains("is 35 days old"))
            let first = try statement(daysAgo: 0)
            let record = try await house.governance.attest(model: "loans", version: 1, first, by: house.otto)
            #expect(await !refusal(house, version).contains("old"))
            house.house.advance(milliseconds: 40 * Self.day)
            let stale = await refusal(house, version)
            #expect(stale.contains("is 40 days old") && stale.contains("an evaluator computes it anew"), "\(stale)")
            // Handing in the old statement again is no renewal.
            _ = try await house.governance.attest(model: "loans", version: 1, first, by: house.otto)
            #expect(await refusal(house, version).contains("is 40 days old"))
            _ = try await house.governance.attest(model: "loans", version: 1, statement(daysAgo: 39), by: house.otto)
            #expect(await refusal(house, version).contains("is 39 days old"))
            let again = try await house.governance.attest(model: "loans", version: 1, statement(daysAgo: 0), by: house.otto)
            #expect(again.id == record.id)
            #expect(await !refusal(house, version).contains("old"))
            #expect(try await house.house.kinds().count { $0 == "evidence.attested" } == 4)
        }
    }
}
