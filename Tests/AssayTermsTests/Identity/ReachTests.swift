import AssayTerms
import Testing

/// What grants allow and deny.
@Suite struct ReachTests {
    private func reach(_ verb: Permission, _ grants: Grant...) -> Reach { Reach(verb, in: grants) }

    @Test func aDenialWinsOverEveryAllowance() {
        let reach = reach(
            .read, Grant(.allow, [.read], on: .everything), Grant(.allow, [.read], on: .model("secret-1")),
            Grant(.deny, [.read], on: .model("secret-*")))
        #expect(reach.admits(model: "loans", id: nil))
        #expect(!reach.admits(model: "secret-1", id: nil))
        #expect(!reach.isTotal)
        #expect(reach.isPossible)
    }

    /// In doubt against: an allowance regards case, a denial does not.
    @Test func caseCountsInAnAllowanceOnly() {
        let allowed = reach(.read, Grant(.allow, [.read], on: .model("loan-*")))
        #expect(allowed.admits(model: "loan-1", id: nil))
        #expect(!allowed.admits(model: "Loan-1", id: nil))
        let denied = reach(
            .read, Grant(.allow, [.read], on: .everything), Grant(.deny, [.read], on: .experiment("geheim-ä*")))
        #expect(!denied.admits(experiment: "GEHEIM-Ä1", id: 3))
        #expect(denied.admits(experiment: "offen", id: 4))
    }

    @Test func anIDIsNoName() {
        let reach = reach(.log, Grant(.allow, [.log], on: .experimentID(12)))
        #expect(reach.admits(experiment: "anything", id: 12))
        #expect(!reach.admits(experiment: "12", id: 13))
        #expect(!reach.admits(experiment: "id=12", id: nil))
    }

    @Test func kindsDoNotMix() {
        let reach = reach(.read, Grant(.allow, [.read], on: .model("*")))
        #expect(!reach.admits(experiment: "x", id: 1))
        #expect(!reach.admits(dataset: "x", class: .public))
    }

    @Test func verbsDoNotMix() {
        let reach = reach(.register, Grant(.allow, [.read, .log], on: .everything))
        #expect(!reach.isPossible)
        #expect(!reach.admits(model: "x", id: nil, isShared: false))
    }

    @Test func aShareIsTakenAwayByADenial() {
        let reach = reach(.read, Grant(.deny, [.read], on: .model("x")))
        #expect(!reach.admits(model: "x", id: "1", isShared: true))
        #expect(reach.admits(model: "y", id: "2", isShared: true))
    }

    @Test(arguments: [
        "everything", "experiment:fraud-*", "experiment:id=12", "model:loan-?", "model:a:b",
        "model:id=0123456789abcdef0123456789abcdef", "dataset:patients", "dataset-class:raw-personal", "prediction:*",
    ] as [Text])
    func aResourceIsItsText(_ text: Text) throws { #expect(try Resource(text).text == text) }

    @Test(arguments: [
        "", "model", "model:", "models:x", "experiment:id=x", "experiment:id=-1", "experiment:id=012", "model:id=12",
        "dataset-class:secret", "dataset-class:RAW-PERSONAL", "model:a\u{0}b",
    ] as [Text])
    func whatIsNoResourceIsRefused(_ text: Text) { #expect(throws: AssayError.self) { try Resource(text) } }

    @Test(arguments: ["", "Admin", "1st", "a b", "a/b", "ä", "_x", String(repeating: "a", count: 65)])
    func whatIsNoRoleIsRefused(_ name: String) { #expect(Role(rawValue: name) == nil) }

    /// What worked before roles became data works on.
    @Test func theFirstFiveRolesKeepTheirPowers() throws {
        let powers: [(Role, [Permission])] = [
            (.admin, [.read, .administer]), (.dataScientist, [.read, .log, .register, .request, .adopt]),
            (.validator, [.read, .request, .publish, .approve, .waive]),
            (.compliance, [.read, .request, .publish, .approve, .waive]), (.auditor, [.read, .audit]),
        ]
        let asked: [Permission] = [.read, .log, .register, .request, .adopt, .publish, .approve, .waive, .audit, .administer]
        for (role, verbs) in powers {
            let principal = Principal(userID: "u", name: "n", roles: [role])
            for verb in asked {
                #expect(principal.reach(verb).isTotal == verbs.contains(verb), "\(role.rawValue) \(verb.rawValue)")
            }
        }
    }

    @Test func nobodyWithoutARoleReads() {
        #expect(!Principal(userID: "u", name: "n", roles: [Role]()).may(.read))
        #expect(!Principal(userID: "u", name: "n", roles: [.externalAuditor]).may(.read))
        #expect(Principal(userID: "u", name: "n", roles: [Role]()).may(.open))
        #expect(!Principal.server.may(.read))
        #expect(!Principal.localOperator.may(.approve))
        #expect(!Principal.anonymous.may(.share))
    }
}
