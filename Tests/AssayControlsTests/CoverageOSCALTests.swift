import AssayControls
import AssayJSON
import AssayTerms
import Testing

/// The fields that NIST's schema of assessment results 1.1 demands, and the words it allows.
@Suite struct CoverageOSCALTests {
    private func document(_ facts: ControlFacts = ControlFacts()) throws -> JSONValue {
        let catalogue = try ControlCatalogue.shipped()
        let coverage = ControlCoverage(
            of: try catalogue.framework("eu-ai-act"), in: catalogue, asOf: try #require(CalendarDate("2027-12-02")), facts: facts)
        let subject = CoverageJSON.Subject(model: "loans", version: 3, manifest: String(repeating: "ab", count: 32))
        let report = CoverageJSON.value(of: coverage, about: subject)
        return try CoverageOSCAL.value(of: report, server: "http://127.0.0.1:5000", moment: "2026-11-26T08:00:00Z")
    }

    private func facts() throws -> ControlFacts {
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 7, count: 32)))
        let checks: [Text: ControlFacts.Claim.Verdict] = ["drift.psi": .met, "quality.representativeness": .met]
        let link: Text = "/api/assay/v1/evidence?model=loans"
        return ControlFacts(claims: [.init(digest: digest, provenance: .recomputed, checks: checks, link: link)])
    }

    @Test func hasWhatTheSchemaDemands() throws {
        let root = try #require(document(facts())["assessment-results"])
        expectUUID(root["uuid"])
        for name in ["title", "last-modified", "version", "oscal-version"] { #expect(root["metadata"]?[name]?.string?.isEmpty == false) }
        #expect(root["import-ap"]?["href"]?.string == "urn:assay:controls:eu-ai-act")
        let result = try #require(root["results"]?.array?.first)
        expectUUID(result["uuid"])
        for name in ["title", "description", "start"] { #expect(result[name]?.string?.isEmpty == false) }
        let chosen = result["reviewed-controls"]?["control-selections"]?.array?.first?["include-controls"]?.array ?? []
        #expect(chosen.count == 92)
        for control in chosen { try expectToken(control["control-id"]) }
        let findings = try #require(result["findings"]?.array)
        #expect(findings.count == 92)
        for finding in findings {
            expectUUID(finding["uuid"])
            #expect(finding["title"]?.string != nil && finding["description"]?.string != nil)
            #expect(finding["target"]?["type"]?.string == "objective-id")
            try expectToken(finding["target"]?["target-id"])
            #expect(["satisfied", "not-satisfied"].contains(finding["target"]?["status"]?["state"]?.string))
            #expect(["pass", "fail", "other"].contains(finding["target"]?["status"]?["reason"]?.string))
        }
    }

    @Test func linksFindingsToClaims() throws {
        let result = try #require(document(facts())["assessment-results"]?["results"]?.array?.first)
        let observations = try #require(result["observations"]?.array)
        #expect(observations.count == 1)
        let observation = observations[0]
        expectUUID(observation["uuid"])
        #expect(observation["methods"]?.array == ["TEST"])
        #expect(observation["collected"]?.string == "2026-11-26T08:00:00Z")
        #expect(
            observation["relevant-evidence"]?.array?.first?["href"]?.string == "http://127.0.0.1:5000/api/assay/v1/evidence?model=loans")
        let findings = try #require(result["findings"]?.array)
        let input = try #require(findings.first { $0["target"]?["target-id"]?.string == "eu-ai-act.art-26-4" })
        #expect(input["related-observations"]?.array?.first?["observation-uuid"] == observation["uuid"])
        #expect(input["target"]?["status"]?["state"]?.string == "satisfied")
        let covered = findings.filter { $0["target"]?["status"]?["state"]?.string == "satisfied" }
        #expect(covered.count == 1, "drift and representativeness alone cover nothing else")
    }

    @Test func hasNoEmptyListsAndIsTheSameEachTime() throws {
        let result = try #require(document()["assessment-results"]?["results"]?.array?.first)
        #expect(result["observations"] == nil)
        #expect(try document(facts()) == document(facts()))
    }

    @Test func refusesWhatIsNoCoverage() {
        #expect(throws: AssayError.self) { try CoverageOSCAL.value(of: ["error_code": "X"], server: "", moment: "") }
    }

    private func expectUUID(_ value: JSONValue?) {
        let text = value?.string ?? ""
        let isUUID = text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
        #expect(isUUID, "\(text) is no UUID that OSCAL takes")
    }

    private func expectToken(_ value: JSONValue?) throws {
        let text = try #require(value?.string)
        #expect(text.wholeMatch(of: /[\p{L}_][\p{L}\p{N}.\-_]*/) != nil, "\(text) is no token of OSCAL")
    }
}
