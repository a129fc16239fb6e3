import AssayControls
import AssayEvidence
import AssayPolicy
import AssayTerms
import Testing

/// The catalogue that is carried inside the program: how much stands in it, and what must be true of all of it.
@Suite struct ShippedCatalogueTests {
    private let catalogue: ControlCatalogue

    init() throws { catalogue = try ControlCatalogue.shipped() }

    /// The rows of each framework's tables, counted by hand.
    @Test(arguments: [
        // Art. 5: 10; Annex III: 17; operators: 42; Annex IV: 23.
        ("eu-ai-act", 92), ("gdpr", 33), ("ccpa", 19), ("hipaa", 25),
        // 13 practices, and the guidance they took the place of.
        ("fed-mrm", 14), ("osfi-e23", 5), ("recordkeeping", 12), ("ecoa", 7), ("fcra", 6), ("ugesp", 3), ("title-vii", 1),
        ("nyc-ll144", 10), ("co-admt", 8), ("co-ai-act", 1), ("ca-feha-ads", 1), ("il-hb3773", 1), ("tx-traiga", 1), ("nj-lad", 1),
        ("ct-sb5", 1), ("us-aaa", 2), ("nist-ai-rmf", 19),
        // Annex A: 38; clauses: 7.
        ("iso-42001", 45), ("iso-23894", 2), ("soc2", 23), ("oecd", 5), ("uk-gdpr", 1), ("uk-dpa", 1), ("pra-ss1-23", 5),
        ("ca-dadm", 4), ("ca-aida", 1),
    ])
    func holdsEveryControl(_ framework: String, _ count: Int) throws {
        #expect(try catalogue.framework(Text(framework)).controls.count == count)
    }

    @Test func holdsNothingElse() {
        #expect(catalogue.frameworks.count == 30)
        #expect(catalogue.frameworks.flatMap(\.controls).count == 349)
        #expect(catalogue.codes.count == 69)
        #expect(catalogue.uncertainties.count == 12)
        #expect(catalogue.sources.count == 37)
    }

    /// ISO 42001's 38 are 3, 2, 5, 4, 9, 5, 4, 3 and 3; other counts are in circulation.
    @Test func countsISOAnnexByObjective() throws {
        let controls = try catalogue.framework("iso-42001").controls.map(\.id.string)
        let counts = (2...10).map { objective in controls.count { $0.hasPrefix("iso-42001/a-\(objective)-") } }
        #expect(counts == [3, 2, 5, 4, 9, 5, 4, 3, 3])
    }

    /// The day that older tables have wrong.
    @Test func highRiskAppliesFromTheNewDays() throws {
        let controls = try catalogue.framework("eu-ai-act").controls
        let logs = try #require(controls.first { $0.id == "eu-ai-act/art-12" })
        #expect(logs.start(for: nil)?.description == "2027-12-02")
        #expect(logs.start(for: ["high-annex-i"])?.description == "2028-08-02")
        #expect(logs.start(for: ["high-annex-i", "high-annex-iii"])?.description == "2027-12-02")
        let marking = try #require(controls.first { $0.id == "eu-ai-act/art-50-2" })
        #expect(marking.start(for: nil)?.description == "2026-08-02")
        #expect(marking.start(for: ["on-market-before-2026-08-02"])?.description == "2026-12-02")
    }

    @Test func everyControlCanBeShownAndIsTold() {
        for control in catalogue.frameworks.flatMap(\.controls) {
            #expect(!control.evidence.isEmpty || control.attestation != nil, "\(control.id) cannot be shown")
            #expect(!control.roles.isEmpty && !control.sources.isEmpty, "\(control.id) binds nobody or comes from nowhere")
            #expect(control.obligation.string.hasSuffix("."), "\(control.id) is no sentence")
            #expect(control.title.utf8Count <= 60, "\(control.id) has a long title")
            #expect(control.obligation.utf8Count <= 420, "\(control.id) has a long obligation")
            for mark in ["`", "**", "|"] { #expect(!control.obligation.string.contains(mark), "\(control.id) holds \(mark)") }
        }
    }

    @Test func whatTheQuestionnaireBringsIsThere() {
        let brought = Questionnaire.shipped.brought
        #expect(brought.count > 25)
        for name in brought { #expect(catalogue.knows(name), "\(name)") }
        for wrong in ["eu-ai-act/high", "eu-ai", "", "eu-ai-act/"] as [Text] { #expect(!catalogue.knows(wrong)) }
        // Standards that are taken up freely are nobody's to bring.
        let free: Set<Text> = ["iso-42001", "iso-23894", "nist-ai-rmf", "oecd", "soc2"]
        #expect(Set(Questionnaire.shipped.frameworks).union(free) == Set(catalogue.frameworks.map(\.id)))
    }

    @Test func everyUncertaintyIsNamedBySomeControl() {
        let named = Set(catalogue.frameworks.flatMap(\.controls).flatMap(\.uncertainties))
        #expect(named == Set(1...12))
    }

    /// What is claimed to be produced exists: each check id or family in the catalogue of checks; records are words of a closed list.
    @Test func producedCodesNameChecksThatExist() {
        let ids = CheckCatalogue.ids
        let produced = catalogue.codes.filter(\.isProduced)
        #expect(produced.count == 20)
        for code in produced {
            for check in code.checks {
                let name = check.string
                let exists = name.hasSuffix(".*") ? ids.contains { $0.hasPrefix(name.dropLast()) } : ids.contains(name)
                #expect(exists, "\(code.id) names the check \(check), which does not exist")
            }
        }
    }

    @Test func everyRecordShowsSomething() {
        let shown = Set(catalogue.codes.flatMap(\.records))
        #expect(shown == Set(RecordKind.allCases))
    }
}
