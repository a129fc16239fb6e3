import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Passwords and tokens that somebody else made: what they leave out, and how their holder puts their own in their place.
@Suite struct FirstCredentialTests {
    private static let given = "given by the administrator"
    private static let chosen = "chosen by herself alone"

    private func root(_ house: House) async throws -> Principal {
        let root = try await house.useCases.createFirstAdministrator(named: "root")
        return try await house.useCases.authenticate(token: root.token.text)
    }

    private func logIn(_ house: House, _ password: String) async throws -> Principal {
        try await house.useCases.authenticate(password: password, ofUserNamed: "vera", from: "192.0.2.1")
    }

    private func leavesOutWhatAPersonAnswersFor(_ principal: Principal, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(principal.isNamed && !principal.isAnswerable, sourceLocation: sourceLocation)
        for verb in Permission.personal {
            #expect(!principal.may(verb) && !principal.reach(verb).isPossible, "\(verb)", sourceLocation: sourceLocation)
            #expect(principal.remedy(for: verb).contains("assay token replace"), "\(verb)", sourceLocation: sourceLocation)
        }
        #expect(principal.may(.read) && principal.may(.runEval), sourceLocation: sourceLocation)
        #expect(principal.remedy(for: .read).isEmpty, sourceLocation: sourceLocation)
    }

    @Test func theFirstAdministratorsTokenIsTheirOwn() async throws {
        try await House.with { house in
            let root = try await root(house)
            #expect(root.isAnswerable && root.may(.administer) && root.may(.manageRoles))
            #expect(try await house.useCases.createToken(forUserNamed: "root", label: "", by: root).record.isMadeByAnother == false)
        }
    }

    @Test func aTokenMadeForSomebodyDoesOrdinaryWorkOnly() async throws {
        try await House.with { house in
            let root = try await root(house)
            let made = try await house.useCases.createUser(named: "vera", roles: [.validator], by: root)
            let further = try await house.useCases.createToken(forUserNamed: "vera", label: "ci", by: root)
            for text in [made.token.text, further.text] {
                let held = try await house.useCases.authenticate(token: text)
                leavesOutWhatAPersonAnswersFor(held)
                // Nor does it make what would not be restricted like this.
                for elevated in [false, true] {
                    _ = await refusal(.permissionDenied) {
                        _ = try await house.useCases.createToken(forUserNamed: "vera", label: "", isElevated: elevated, by: held)
                    }
                }
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.startSession(for: held) }
            }
            // An administrator's second account is no administrator's, seen by the token they made for it.
            let second = try await house.useCases.createUser(named: "second", roles: [.admin], by: root)
            let puppet = try await house.useCases.authenticate(token: second.token.text)
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.createUser(named: "x", roles: [.admin], by: puppet) }
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.bindRole(.validator, toUserNamed: "second", by: puppet)
            }
            let waiting = try #require(try await house.useCases.bindRole(.compliance, toUserNamed: "vera", by: root))
            _ = await refusal(.notFound) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: puppet) }
        }
    }

    @Test func itsHolderReplacesItOnceAndItIsRefusedFromThenOn() async throws {
        try await House.with { house in
            let root = try await root(house)
            let made = try await house.useCases.createUser(named: "vera", roles: [.validator], tokenDays: 30, by: root)
            let held = try await house.useCases.authenticate(token: made.token.text)
            let own = try await house.useCases.replaceToken(by: held)
            #expect(own.record.expiresMilliseconds == made.token.record.expiresMilliseconds && own.record.label == "first")
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: made.token.text) }
            let vera = try await house.useCases.authenticate(token: own.text)
            #expect(vera.isAnswerable && vera.may(.approve) && vera.may(.publish))
            #expect(try await house.kinds().suffix(2) == ["token.revoked", "token.created"])
            // Neither the same again, nor one that is nobody else's.
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.replaceToken(by: held) }
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.replaceToken(by: vera) }
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.replaceToken(by: root) }
        }
    }

    /// Where its holder works already, a token that an administrator makes does not become theirs: they would never notice.
    @Test func behindAHoldersBackNothingBecomesTheirs() async throws {
        try await House.with { house in
            let root = try await root(house)
            let made = try await house.useCases.createUser(named: "vera", roles: [.validator], by: root)
            let stolen = try await house.useCases.createToken(forUserNamed: "vera", label: "", by: root)
            let own = try await house.useCases.replaceToken(by: try await house.useCases.authenticate(token: made.token.text))
            let words = await refusal(.conflict) { _ = try await house.useCases.createToken(forUserNamed: "vera", label: "", by: root) }
            #expect(words.contains("assay user password vera"))
            // One that was made before, for somebody who had nothing yet.
            let thief = try await house.useCases.authenticate(token: stolen.text)
            _ = await refusal(.conflict) { _ = try await house.useCases.replaceToken(by: thief) }
            _ = await refusal(.conflict) {
                try await house.useCases.setPassword(Self.chosen, ofUserNamed: "vera", old: nil, from: "", by: thief)
            }
            let vera = try await house.useCases.authenticate(token: own.text)
            try await house.useCases.setPassword(Self.chosen, ofUserNamed: "vera", old: nil, from: "", by: vera)
            try await house.useCases.revokeToken(id: own.record.id, by: vera)
            let advice = await refusal(.conflict) { _ = try await house.useCases.replaceToken(by: thief) }
            #expect(advice.contains("assay token create --as vera"))
            _ = await refusal(.conflict) { _ = try await house.useCases.createToken(forUserNamed: "vera", label: "", by: root) }
        }
    }

    @Test func aPasswordThatWasGivenIsChangedFirst() async throws {
        try await House.with { house in
            let root = try await root(house)
            let made = try await house.useCases.createUser(named: "vera", roles: [.validator], password: Self.given, by: root)
            let given = try await logIn(house, Self.given)
            leavesOutWhatAPersonAnswersFor(given)
            // The second time it is remembered, and no more trusted.
            leavesOutWhatAPersonAnswersFor(try await logIn(house, Self.given))
            let browser = try await house.useCases.startSession(for: given)
            leavesOutWhatAPersonAnswersFor(try #require(try await house.useCases.session(secret: browser.secret)).principal)
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.createToken(forUserNamed: "vera", label: "", by: given)
            }
            // The token beside it is no way around the password.
            let token = try await house.useCases.authenticate(token: made.token.text)
            _ = await refusal(.conflict) { _ = try await house.useCases.replaceToken(by: token) }
            _ = await refusal(.invalidArgument) {
                try await house.useCases.setPassword(Self.chosen, ofUserNamed: "vera", old: nil, from: "", by: token)
            }
            try await house.useCases.setPassword(Self.chosen, ofUserNamed: "vera", old: Self.given, from: "", by: given)
            _ = await refusal(.unauthenticated) { _ = try await logIn(house, Self.given) }
            let vera = try await logIn(house, Self.chosen)
            #expect(vera.isAnswerable && vera.may(.approve))
            #expect(try await house.useCases.createToken(forUserNamed: "vera", label: "", by: vera).record.isMadeByAnother == false)
            let session = try await house.useCases.startSession(for: vera)
            #expect(try await house.useCases.session(secret: session.secret)?.principal.may(.approve) == true)
        }
    }

    /// Somebody whose password is set anew loses what they had beside it, so that it is never done unseen.
    @Test func anotherPasswordEndsWhatItsHolderMade() async throws {
        try await House.with { house in
            let root = try await root(house)
            let made = try await house.useCases.createUser(named: "vera", roles: [.validator], by: root)
            let ci = try await house.useCases.createToken(forUserNamed: "vera", label: "ci", by: root)
            let own = try await house.useCases.replaceToken(by: try await house.useCases.authenticate(token: made.token.text))
            let vera = try await house.useCases.authenticate(token: own.text)
            try await house.useCases.setPassword(Self.chosen, ofUserNamed: "vera", old: nil, from: "", by: vera)
            #expect(try await house.useCases.authenticate(token: own.text).isAnswerable, "one's own password ends no token")
            try await house.useCases.setPassword(Self.given, ofUserNamed: "vera", old: nil, from: "", by: root)
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: own.text) }
            _ = await refusal(.unauthenticated) { _ = try await logIn(house, Self.chosen) }
            leavesOutWhatAPersonAnswersFor(try await logIn(house, Self.given))
            leavesOutWhatAPersonAnswersFor(try await house.useCases.authenticate(token: ci.text))
        }
    }

    @Test func theMarkTakenOutOfTheTableIsADifferenceFromTheLog() async throws {
        try await House.with(tampers: true) { house in
            let root = try await root(house)
            let made = try await house.useCases.createUser(named: "vera", roles: [.validator], password: Self.given, by: root)
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
            try house.tamper("UPDATE token SET madeByAnother = 0 WHERE id = '\(made.token.record.id)'")
            try house.tamper("UPDATE password SET madeByAnother = 0")
            let objects = try await house.useCases.compareRecords()?.differences.map(\.object) ?? []
            #expect(objects.contains { $0.contains(made.token.record.id) })
            #expect(objects.contains { $0.hasPrefix("password of user") })
        }
    }
}

extension FirstCredentialTests {
    @Test func atTheGateTheyDecideNothing() async throws {
        try await GovernedHouse.with { house in
            let made = try await house.useCases.createToken(forUserNamed: "vera", label: "", by: house.adam)
            let held = try await house.useCases.authenticate(token: made.text)
            #expect(held.roles == [.validator])
            let words = await refusal(.permissionDenied) {
                _ = try await house.governance.approve(requestID: "none", seen: nil, comment: "", by: held)
            }
            #expect(!words.contains("There is no request"))
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.publish(Array(GovernedHouse.policy.utf8), by: held)
            }
        }
    }
}
