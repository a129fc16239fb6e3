import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Findings keep a version out until somebody else than whoever has to mend them closes them.
@Suite struct FindingTests {
    private static let day: Int64 = 86_400_000

    /// `loans` 1, approved and ready for Production.
    private func withReadyVersion(_ body: (GovernedHouse, ModelVersion) async throws -> Void) async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await body(house, version)
        }
    }

    private func open(
        _ house: GovernedHouse, _ severity: Severity, dueInDays days: Int64 = 30, version: Int64? = 1, model: Text = "loans",
        owner: String = "otto"
    ) async throws -> Paper {
        let due = try #require(Self.time(house.house.now + days * Self.day))
        return try await house.governance.openFinding(
            about: PaperAddress(model: model, version: version),
            ["title": "Label leak", "severity": .string(severity.rawValue), "due": .string(due), "owner": .string(owner)], by: house.cleo)
    }

    private static func time(_ milliseconds: Int64) -> String? {
        // 2027-01-15T08:00:00Z is the house's first moment.
        let day = (milliseconds - 1_800_000_000_000) / Self.day
        let date = 15 + day
        guard date >= 1, date <= 31 else { return date < 1 ? "2026-12-01" : "2027-03-01" }
        return "2027-01-\(date < 10 ? "0" : "")\(date)"
    }

    @Test func aCriticalFindingBlocksAtOnceAndAClosedOneDoesNot() async throws {
        try await withReadyVersion { house, version in
            let finding = try await open(house, .critical)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("the finding 'Label leak' (critical, \(finding.record.id)) is open"), "\(text)")
            #expect(text.contains("somebody else than otto runs: assay finding close \(finding.record.id)"), "\(text)")
            _ = try await house.governance.closeFinding(
                id: finding.record.id, resolution: "mended", reason: "column removed", by: house.vera)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
        }
    }

    @Test func aLesserFindingBlocksOnceItIsOverdue() async throws {
        try await withReadyVersion { house, version in
            _ = try await open(house, .low, dueInDays: 10)
            house.house.advance(milliseconds: 11 * Self.day)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("it was due by 2027-01-25T00:00:00Z"), "\(text)")
        }
        try await withReadyVersion { house, version in
            _ = try await open(house, .high, dueInDays: 10)
            try await house.promote(version, by: house.otto)
        }
    }

    /// Each of these is a way around that the one who built the model might try.
    @Test func whoHasToMendOrMadeItDoesNotCloseIt() async throws {
        try await withReadyVersion { house, version in
            let owned = try await open(house, .critical, owner: "vera")
            func close(_ principal: Principal, _ id: String) async throws {
                _ = try await house.governance.closeFinding(id: id, resolution: "not-a-fault", reason: "no", by: principal)
            }
            let owner = await refusal(.permissionDenied) { try await close(house.vera, owned.record.id) }
            #expect(owner.contains("vera's to mend"), "\(owner)")
            for stranger in [house.otto, house.adam, .localOperator, .anonymous] {
                _ = await refusal(.permissionDenied) { try await close(stranger, owned.record.id) }
            }
            try await close(house.cleo, owned.record.id)
            _ = await refusal(.conflict) { try await close(house.petra, owned.record.id) }
            // ana may approve, and logged the files of version 2.
            _ = try await house.register(house.logModel(gap: "0.03", by: house.ana), by: house.otto)
            let second = try await open(house, .critical, version: 2)
            let author = await refusal(.permissionDenied) { try await close(house.ana, second.record.id) }
            #expect(author.contains("made what the finding is about"), "\(author)")
            // A finding about another version's files holds this one up by nothing.
            try await house.promote(version, by: house.otto)
        }
    }

    @Test func aFindingFollowsItsFilesUnderAnotherName() async throws {
        try await withReadyVersion { house, version in
            _ = try await open(house, .critical)
            let copy = try await house.copy(version, to: "toys", by: house.otto)
            let text = await refusal(.permissionDenied) { try await house.promote(copy, by: house.otto) }
            #expect(text.contains("Label leak"), "\(text)")
            _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "loans-2", by: house.otto)
            let renamed = try await house.useCases.modelVersion(1, ofModelNamed: "loans-2")
            let again = await refusal(.permissionDenied) { try await house.promote(renamed, by: house.otto) }
            #expect(again.contains("Label leak"), "\(again)")
        }
        try await withReadyVersion { house, version in
            // About the whole model, and so about whatever has its files.
            _ = try await open(house, .critical, version: nil)
            let copy = try await house.copy(version, to: "toys", by: house.otto)
            let text = await refusal(.permissionDenied) { try await house.promote(copy, by: house.otto) }
            #expect(text.contains("Label leak"), "\(text)")
        }
    }

    @Test func aFindingThatWasTakenOutOfTheTableStopsEverything() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            _ = try await open(house, .critical)
            try house.house.tamper("UPDATE paper SET isInForce = 0, state = 'closed'")
            let differences = try await house.useCases.compareRecords()?.differences ?? []
            #expect(differences.count == 1 && differences[0].detail.contains("'finding critical, open, in force"), "\(differences)")
            let check = try #require(house.useCases.recordCheck)
            await check.compare()
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("the database is not what the log says: paper "), "\(text)")
        }
    }
}
