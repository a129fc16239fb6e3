import AssayControls
import AssayTerms
import Testing

/// Every way a catalogue can be wrong is an error with its file and line.
@Suite struct ControlsReaderTests {
    @Test func readsASmallCatalogue() throws {
        let catalogue = try ControlsReader.read(CatalogueFiles.files())
        let controls = try catalogue.framework("law").controls
        #expect(controls.map(\.id) == ["law/a", "law/b", "law/c", "law/d", "law/e"])
        #expect(controls[1].starts.map(\.date.description) == ["2027-12-02", "2028-08-02"])
        #expect(catalogue.code("fairness_report")?.isShown(byCheck: "fairness.demographic_parity_ratio") == true)
        #expect(catalogue.code("fairness_report")?.isShown(byCheck: "fairnessless") == false)
        #expect(catalogue.code("fairness_report")?.isShown(byCheck: "quality.representativeness") == true)
        #expect(catalogue.code("training_record")?.isProduced == false)
        #expect(catalogue.roles == ["deployer", "employer", "provider"])
        #expect(catalogue.classes == ["annex-i", "annex-iii", "high-annex-i", "high-annex-iii"])
    }

    private static let wrongFrameworks: [(String, String, String)] = [
        ("    title: Fairness\n", "    titel: Fairness\n", "law.yaml:9:5: error: there is no key 'titel' here"),
        ("    title: Fairness\n", "", "law.yaml:7:5: error: 'title' is missing"),
        ("evidence: [fairness_report]", "evidence: [fairnes_report]", "law.yaml:14:15: error: there is no evidence code 'fairnes_report'"),
        ("sources: [S1]", "sources: [S2]", "law.yaml:16:14: error: there is no source 'S2'"),
        ("uncertain: [1]", "uncertain: [2]", "error: there is no uncertainty 2"),
        ("status: in_force", "status: inforce", "law.yaml:11:13: error: 'inforce' is none of in_force"),
        ("confidence: S", "confidence: s", "law.yaml:15:17: error: 's' is none of P, S, R"),
        ("all: 2026-01-01", "all: 2026-02-29", "error: '2026-02-29' is no day"),
        ("all: 2026-01-01", "all: 2026-1-1", "error: '2026-1-1' is no day"),
        ("id: law/b", "id: law/a", "error: 'law/a' is given twice"),
        ("id: law/a", "id: other/a", "error: 'other/a' begins with 'law/'"),
        ("framework: law", "framework: war", "error: the framework of this file is its name, not 'war'"),
        ("supersedes: law/c", "supersedes: law/x", "error: 'law/b' supersedes 'law/x', which does not exist"),
        ("    from: {annex-iii: 2027-12-02, annex-i: 2028-08-02}\n", "", "error: a law that does not apply yet says from when"),
        ("formal-date: 2026-08-02", "formal-date: 2027-12-02", "error: 'formal-date' is before every day"),
        ("    until: 2026-06-01\n", "", "error: what is repealed says since when"),
        ("    attestation: Somebody signed.\n", "", "error: nothing could show this"),
        ("roles: [provider]", "roles: []", "error: a list with something in it stands here"),
        ("roles: [provider, deployer]", "roles: [provider, provider]", "error: 'provider' stands here twice"),
        ("controls/v1", "controls/v2", "law.yaml:1:8: error: 'assay' is 'controls/v1'"),
    ]

    @Test(arguments: wrongFrameworks)
    func refusesAFramework(_ right: String, _ wrong: String, _ message: String) throws {
        let text = CatalogueFiles.framework
        let place = try #require(text.firstRange(of: right))
        expectProblem(CatalogueFiles.files(framework: text.replacingCharacters(in: place, with: wrong)), message)
    }

    @Test func refusesLists() {
        expectProblem(
            CatalogueFiles.files(codes: CatalogueFiles.codes + "\n  - id: fairness_report\n    title: Again"),
            "evidence-codes.yaml:9:5: error: the code 'fairness_report' is given twice")
        expectProblem(
            CatalogueFiles.files(sources: CatalogueFiles.sources + "\n  - id: S1\n    title: Again\n    date: ''"),
            "sources.yaml:6:5: error: the source 'S1' is given twice")
        expectProblem(
            CatalogueFiles.files(uncertainties: CatalogueFiles.uncertainties + "\n  - id: 0\n    text: Nothing."),
            "uncertainties.yaml:5:9: error: '0' is no whole number from 1")
        expectProblem(
            CatalogueFiles.files(map: CatalogueFiles.map + "\n  - code: no_such_code\n    checks: [a.b]"),
            "evidence-map.yaml:7:11: error: there is no evidence code 'no_such_code'")
        expectProblem(
            CatalogueFiles.files(map: CatalogueFiles.map.replacing("[approval]", with: "[approvals]")),
            "evidence-map.yaml:6:15: error: 'approvals' is none of approval,")
        expectProblem(
            CatalogueFiles.files(map: CatalogueFiles.map + "\n  - code: training_record"),
            "error: 'training_record' names neither checks nor records")
    }

    @Test func tellsWhichFileIsAbsent() {
        expectProblem(
            CatalogueFiles.files().filter { $0.name != "sources.yaml" }, "sources.yaml:1:1: error: the catalogue has no such file")
    }

    private func expectProblem(_ files: [ControlFiles.File], _ message: String) {
        do {
            _ = try ControlsReader.read(files)
            Issue.record("nothing was wrong, and this was expected: \(message)")
        } catch {
            #expect(error.code == .invalidArgument)
            #expect(error.message.contains(message), "\(error.message)")
        }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + self[range.upperBound...]
    }
}
