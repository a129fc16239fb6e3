import AssayTerms
import Testing

/// What pins a workflow, and which tokens are of it.
@Suite struct WorkflowPinTests {
    private typealias Claim = WorkflowPin.Claim
    private static let github = [
        Claim(name: "repository", value: "bank/credit"), Claim(name: "ref", value: "refs/heads/main"),
        Claim(name: "workflow_ref", value: "bank/credit/.github/workflows/model.yml@refs/heads/main"),
    ]

    private static func pin(_ claims: [Claim], issuer: Text = "https://ci.example.com") throws -> WorkflowPin {
        try WorkflowPin(issuer: issuer, audience: "https://assay.example.com", claims: claims)
    }

    private static func objection(_ pin: WorkflowPin, to claims: [Claim]) -> String? {
        pin.objection { name in claims.first { $0.name == name }?.value }
    }

    @Test func orderOfClaimsIsNoMatter() throws {
        #expect(try Self.pin(Self.github) == Self.pin(Self.github.reversed()))
    }

    @Test(arguments: 0..<3) func everyClaimThatIsPinnedCounts(_ index: Int) throws {
        let pin = try Self.pin(Self.github)
        #expect(Self.objection(pin, to: Self.github) == nil)
        var other = Self.github
        other[index] = Claim(name: other[index].name, value: Text(other[index].value.string + "x"))
        #expect(Self.objection(pin, to: other) == "another '\(other[index].name)'")
        other.remove(at: index)
        #expect(Self.objection(pin, to: other) != nil)
    }

    @Test func aBranchThatIsNotProtectedIsNoOnes() throws {
        let pin = try Self.pin(Self.github)
        #expect(Self.objection(pin, to: Self.github + [Claim(name: "ref_protected", value: "true")]) == nil)
        #expect(Self.objection(pin, to: Self.github + [Claim(name: "ref_protected", value: "false")]) == "the branch is not protected")
    }

    /// Without any of the three, or by a subject that leaves the workflow open, whoever may push a branch could sign.
    @Test func nothingIsLeftOpen() throws {
        for index in Self.github.indices {
            var claims = Self.github
            claims.remove(at: index)
            #expect(throws: AssayError.self) { try Self.pin(claims) }
        }
        for subject in ["repo:bank/credit:ref:refs/heads/main", "project_path:bank/credit:ref_type:branch:ref:main"] as [Text] {
            #expect(throws: AssayError.self) { try Self.pin([Claim(name: "sub", value: subject)]) }
        }
        #expect(throws: Never.self) { try Self.pin([Claim(name: "sub", value: "https://jenkins.example.com/job/credit/job/main/")]) }
    }

    @Test func whatIsCheckedAnywayOrCannotBeIsRefused() {
        for extra in [
            Claim(name: "aud", value: "x"), Claim(name: "exp", value: "1"), Claim(name: "repository", value: "bank/other"),
            Claim(name: "environment", value: ""), Claim(name: "", value: "x"),
        ] {
            #expect(throws: AssayError.self) { try Self.pin(Self.github + [extra]) }
        }
        for issuer in ["", "ci.example.com", "http://ci.example.com", "ftp://ci.example.com"] as [Text] {
            #expect(throws: AssayError.self) { try Self.pin(Self.github, issuer: issuer) }
        }
        #expect(throws: Never.self) { try Self.pin(Self.github, issuer: "http://127.0.0.1:8080") }
        let many = (0..<20).map { Claim(name: Text("claim\($0)"), value: "x") }
        #expect(throws: AssayError.self) { try Self.pin(Self.github + many) }
    }
}
