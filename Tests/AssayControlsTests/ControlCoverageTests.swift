import AssayControls
import AssayTerms
import Testing

/// Every state a control can be in, and what brings it there.
@Suite struct ControlCoverageTests {
    private let catalogue: ControlCatalogue
    private let law: ControlFramework

    init() throws {
        catalogue = try ControlsReader.read(CatalogueFiles.files())
        law = try catalogue.framework("law")
    }

    private func finding(_ id: Text, _ facts: ControlFacts = ControlFacts(), asOf: Text = "2026-11-26") throws -> ControlFinding {
        let coverage = ControlCoverage(of: law, in: catalogue, asOf: try #require(CalendarDate(asOf)), facts: facts)
        return try #require(coverage.findings.first { $0.control.id == id })
    }

    private func claim(
        _ checks: [Text: ControlFacts.Claim.Verdict], provenance: Provenance = .recomputed, digest: UInt8 = 1
    ) throws -> ControlFacts.Claim {
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: digest, count: 32)))
        return ControlFacts.Claim(digest: digest, provenance: provenance, checks: checks, link: "/evidence")
    }

    private func signed(_ about: ControlFacts.Attestation.About, until: Text? = nil) throws -> ControlFacts.Attestation {
        ControlFacts.Attestation(
            about: about, signer: "cleo", from: try #require(CalendarDate("2026-01-01")), until: until.flatMap { CalendarDate($0) },
            link: "/attestation")
    }

    @Test func evidenceCovers() throws {
        #expect(try finding("law/a").state == .missing)
        #expect(try finding("law/a").parts[0].lack == "none about this version")
        for verdict in [ControlFacts.Claim.Verdict.met, .unjudged] {
            let facts = ControlFacts(claims: [try claim(["fairness.x": verdict])])
            #expect(try finding("law/a", facts).state == .evidence)
        }
    }

    @Test func evidenceThatBreaksAPolicyDoesNotCover() throws {
        let unmet = try claim(["fairness.x": .unmet, "fairness.y": .met])
        let found = try finding("law/a", ControlFacts(claims: [unmet]))
        #expect(found.state == .missing)
        #expect(found.parts[0].lack == "there is evidence, and a policy in force is not met by it: fairness.x")
        // Nor does a kinder statement beside it make it good, in either order.
        for other in [UInt8(0), 2] {
            let kinder = try claim(["fairness.x": .met], digest: other)
            #expect(try finding("law/a", ControlFacts(claims: [unmet, kinder])).state == .missing)
        }
        // What fails elsewhere is another code's matter.
        #expect(try finding("law/a", ControlFacts(claims: [try claim(["drift.psi": .unmet, "fairness.x": .met])])).state == .evidence)
    }

    @Test func undefinedAndSuppliedEvidenceDoesNotCover() throws {
        #expect(try finding("law/a", ControlFacts(claims: [try claim(["fairness.x": .undefined])])).state == .missing)
        let supplied = try claim(["fairness.x": .met], provenance: .supplied)
        let lack = try finding("law/a", ControlFacts(claims: [supplied])).parts[0].lack
        #expect(lack == "there is evidence, and it is what the submitter gave")
    }

    @Test func attestedEvidenceIsAnAttestation() throws {
        let attested = try claim(["fairness.x": .met], provenance: .attested)
        #expect(try finding("law/a", ControlFacts(claims: [attested])).state == .attestation)
        // With our own beside it, it rests on ours.
        let own = try claim(["fairness.x": .met], digest: 2)
        #expect(try finding("law/a", ControlFacts(claims: [attested, own])).state == .evidence)
    }

    @Test func everyPartIsNeeded() throws {
        let approval = ControlFacts.Record(kind: .approval, text: "approved by vera", link: "/requests/1")
        var facts = ControlFacts(records: [approval])
        var found = try finding("law/b", facts, asOf: "2027-12-02")
        #expect(found.state == .missing && found.reason == "1 of 3 parts are shown")
        #expect(found.parts.map(\.lack) == [nil, "nothing here produces it; somebody attests it", "nobody has signed it"])
        facts.attestations = [try signed(.code("training_record"))]
        found = try finding("law/b", facts, asOf: "2027-12-02")
        #expect(found.state == .missing && found.reason == "2 of 3 parts are shown")
        facts.attestations.append(try signed(.control("law/b")))
        #expect(try finding("law/b", facts, asOf: "2027-12-02").state == .attestation)
        // A record of another kind, and a signature about another control, show nothing here.
        facts.records = [.init(kind: .log, text: "the log", link: "/log")]
        #expect(try finding("law/b", facts, asOf: "2027-12-02").state == .missing)
        facts.records = [approval]
        facts.attestations[1].about = .control("law/a")
        #expect(try finding("law/b", facts, asOf: "2027-12-02").state == .missing)
    }

    @Test func signaturesEnd() throws {
        let facts = ControlFacts(attestations: [try signed(.code("fairness_report"), until: "2026-11-26")])
        #expect(try finding("law/a", facts, asOf: "2026-11-25").state == .attestation)
        let found = try finding("law/a", facts)
        #expect(found.state == .missing && found.parts[0].lack == "what was signed does not count on 2026-11-26")
    }

    @Test(arguments: [
        ("law/a", "2025-12-31", .notYetInForce), ("law/a", "2026-01-01", .missing),
        // Disputed from the formal day to the practical one.
        ("law/b", "2026-08-01", .notYetInForce), ("law/b", "2026-08-02", .uncertain), ("law/b", "2027-12-01", .uncertain),
        ("law/b", "2027-12-02", .missing), ("law/c", "2026-05-31", .missing), ("law/c", "2026-06-01", .notApplicable),
        ("law/d", "2030-01-01", .notYetInForce), ("law/e", "2026-11-26", .uncertain),
    ] as [(Text, Text, ControlFinding.State)])
    func theDayDecides(_ id: Text, _ day: Text, _ state: ControlFinding.State) throws {
        #expect(try finding(id, asOf: day).state == state)
    }

    @Test func rolesAndClassesDecide() throws {
        var facts = ControlFacts(roles: ["deployer"])
        #expect(try finding("law/a", facts).state == .notApplicable)
        #expect(try finding("law/b", facts, asOf: "2027-12-02").state == .missing)
        facts = ControlFacts(classes: ["high-annex-i"])
        #expect(try finding("law/b", facts, asOf: "2027-12-02").state == .uncertain)
        #expect(try finding("law/b", facts, asOf: "2028-08-02").state == .missing)
        #expect(try finding("law/a", facts).state == .missing, "what is about every class is about this one")
        facts.classes = ["minimal"]
        #expect(try finding("law/b", facts, asOf: "2028-08-02").state == .notApplicable)
    }

    @Test func countsAndNamesWhatIsOpen() throws {
        let day = try #require(CalendarDate("2026-11-26"))
        let coverage = ControlCoverage(of: law, in: catalogue, asOf: day, facts: ControlFacts())
        #expect(ControlFinding.State.allCases.map(coverage.count) == [0, 0, 1, 1, 2, 1])
        #expect(coverage.uncertainties.map(\.id) == [1])
    }
}
