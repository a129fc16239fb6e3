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
        pin.objection { name in claims.first { $0.name == name }.map { .text($0.value) } ?? .nothing }
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

    @Test func whatIsNoTextIsNothingThatWasPinned() throws {
        let pin = try Self.pin(Self.github)
        for strange in ["ref_protected", "ref"] as [Text] {
            let objection = pin.objection { name in
                name == strange ? .other : Self.github.first { $0.name == name }.map { .text($0.value) } ?? .nothing
            }
            #expect(objection == (strange == "ref" ? "another 'ref'" : "the branch is not protected"))
        }
    }

    /// Without any of the three, or by a subject that leaves the workflow open, whoever may push a branch could sign.
    @Test func nothingIsLeftOpen() throws {
        for index in Self.github.indices {
            var claims = Self.github
            claims.remove(at: index)
            #expect(throws: AssayError.self) { try Self.pin(claims) }
        }
        for subject in ["https://jenkins.example.com/job/credit/job/main/", "http://jenkins:8080/job/credit/"] as [Text] {
            #expect(throws: Never.self) { try Self.pin([Claim(name: "sub", value: subject)]) }
        }
    }

    /// Projects choose of which parts GitHub and GitLab make the subject; only the address of a job says which it is.
    @Test(arguments: [
        "repo:bank/credit:ref:refs/heads/main", "project_path:bank/credit:ref_type:branch:ref:main", "repository_owner:bank",
        "repository_visibility:private", "environment:prod", "x", "Repo:bank/credit", "job_workflow_ref:bank/credit/.github/workflows/a.yml@main",
        "https://", "https://jenkins.example.com", "https://jenkins.example.com/", "ftp://jenkins.example.com/job/credit/", " https://a.example/job/x",
    ] as [Text])
    func aSubjectThatIsNoJobsAddressIsNotEnough(_ subject: Text) throws {
        let alone = #expect(throws: AssayError.self) { try Self.pin([Claim(name: "sub", value: subject)]) }
        #expect(alone?.code == .invalidArgument && alone?.message.contains("https://HOST/JOB") == true)
        #expect(throws: Never.self) { try Self.pin(Self.github + [Claim(name: "sub", value: subject)]) }
    }

    @Test(arguments: ["a\nb", "a\u{0}b", "\u{1B}[2J", "a\u{85}", "a\u{2028}b"] as [Text])
    func wordsAreOfOneLine(_ word: Text) {
        for claim in [Claim(name: "environment", value: word), Claim(name: word, value: "x")] {
            #expect(throws: AssayError.self) { try Self.pin(Self.github + [claim]) }
        }
        #expect(throws: AssayError.self) { try WorkflowPin(issuer: "https://ci.example.com", audience: word, claims: Self.github) }
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
