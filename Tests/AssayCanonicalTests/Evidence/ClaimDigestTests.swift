import AssayTerms
import Testing

@testable import AssayCanonical

/// What changes a claim and what does not.
@Suite struct ClaimDigestTests {
    private let envelope = EnvelopeJSONTests.envelope

    private func changed(_ change: (inout Envelope) -> Void) throws -> Bool {
        var other = envelope
        change(&other)
        return try Claim.digest(of: other) != Claim.digest(of: envelope)
    }

    @Test func timeEngineLabelsOrderAndWordingDoNotMatter() throws {
        #expect(try !changed { $0.computedAt = "2030-01-01T00:00:00Z" })
        #expect(try !changed { $0.engineVersion = "9.9.9" })
        #expect(try !changed { $0.subjects[0].name = "another/1" })
        #expect(try !changed { $0.inputs[0].name = "another" })
        #expect(try !changed { $0.results.reverse() })
        #expect(try !changed { $0.results[0].groups.reverse() })
        #expect(try !changed { $0.results[1].undefined = "too few groups" })
        #expect(try !changed { $0.parameters["bins"] = .number(10) })
        #expect(try !changed { $0.scorer = ScorerOrigin(loader: "joblib", python: "3.13.1", libraries: [:], confinement: []) })
        let build = try BuildOrigin(commit: Text(String(repeating: "a", count: 40)))
        #expect(try !changed { $0.build = build })
    }

    @Test func everythingElseDoes() throws {
        #expect(try changed { $0.provenance = .supplied })
        #expect(try changed { $0.subjects[0].digest = SHA256Hasher.digest(of: [9]) })
        #expect(try changed { $0.subjects = [] })
        #expect(try changed { $0.inputs[0].digest = SHA256Hasher.digest(of: [9]) })
        #expect(try changed { $0.inputs[0].role = "background" })
        #expect(try changed { $0.inputs[0].rows = 1988 })
        #expect(try changed { $0.parameters["bins"] = .integer(11) })
        #expect(try changed { $0.parameters["new"] = .flag(true) })
        #expect(try changed { $0.results[0].value = 0.23330000000000003 })
        #expect(try changed { $0.results[0].value = nil })
        #expect(try changed { $0.results[0].definition = 2 })
        #expect(try changed { $0.results[0].id = "fairness.equalized_odds_difference" })
        #expect(try changed { $0.results[0].column = "sex" })
        #expect(try changed { $0.results[0].privileged = "race=white" })
        #expect(try changed { $0.results[0].interval?.low = 0.17 })
        #expect(try changed { $0.results[0].interval = nil })
        #expect(try changed { $0.results[0].groups[0].count = 198 })
        #expect(try changed { $0.results[0].groups[0].group = "Black" })
        #expect(try changed { $0.results[0].rows = 1 })
        #expect(try changed { $0.results[1].excluded.missingLabel = 1 })
        #expect(try changed { $0.results.removeLast() })
    }

    // Computed by Python's json and hashlib from the documented layout. Approvals bind this digest: it may change
    // only together with the claim's own version word.
    @Test func digestIsStable() throws {
        #expect(
            try Claim.digest(of: envelope).hex == "9c35194861b20b72c740dcd2abd09b96016237d675370eca3b7c02837868f15a")
    }

    @Test func parametersThatAreNotFiniteAreErrors() {
        var other = envelope
        other.parameters["cutoff"] = .number(.infinity)
        #expect(throws: AssayError.self) { try Claim.digest(of: other) }
    }
}
