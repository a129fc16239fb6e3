import AssayCanonical
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Passwords, restricted and elevated tokens, accounts of programs, accounts out of use, sessions: when each is accepted.
@Suite struct CredentialTests {
    private static let secret = "correct horse battery"
    private static let other = "staple of another kind"

    private func people(_ house: House) async throws -> (root: Principal, ana: Principal, token: String) {
        let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
        let ana = try await house.useCases.createUser(named: "Ana", roles: [.validator], by: root)
        try await house.useCases.setPassword(Self.secret, ofUserNamed: "Ana", old: nil, from: "", by: ana.user.principal)
        return (root, ana.user.principal, ana.token.text)
    }

    private func logIn(_ house: House, _ password: String = secret, as name: Text = "Ana", from address: Text = "192.0.2.1") async throws -> Principal {
        try await house.useCases.authenticate(password: password, ofUserNamed: name, from: address)
    }

    // MARK: - Passwords

    @Test func aPasswordIsAcceptedInItsCompatibilityFormAndNoOther() async throws {
        try await House.with { house in
            let (root, ana, _) = try await people(house)
            let principal = try await logIn(house)
            #expect(principal.id == ana.id && principal.authentication.method == .password)
            // "ﬁ" and "fi", "é" and "e" with an accent: the same keys elsewhere.
            try await house.useCases.setPassword("caf\u{e9} \u{fb01}ne and more", ofUserNamed: "Ana", old: nil, from: "", by: root)
            #expect(try await logIn(house, "cafe\u{301} fine and more").id == ana.id)
            for wrong in ["cafe fine and more", "Caf\u{e9} fine and more", "caf\u{e9} fine and more ", Self.secret, ""] {
                _ = await refusal(.unauthenticated) { _ = try await logIn(house, wrong, from: Text("192.0.2.\(wrong.count)")) }
            }
        }
    }

    @Test func whateverIsWrongTheWordsAreTheSame() async throws {
        try await House.with { house in
            let (root, _, _) = try await people(house)
            _ = try await house.useCases.createUser(named: "Bob", roles: [.auditor], by: root)
            _ = try await house.useCases.createUser(named: "bot", kind: .service, roles: [.dataScientist], by: root)
            var messages: Set<Text> = []
            for (index, name) in (["Ana", "Bob", "bot", "nobody-here", "ana", ""] as [Text]).enumerated() {
                messages.insert(Text(await refusal(.unauthenticated) {
                    _ = try await logIn(house, "wrong horse battery", as: name, from: Text("192.0.2.\(index)"))
                }))
            }
            _ = try await house.useCases.disableUser(named: "Ana", by: root)
            messages.insert(Text(await refusal(.unauthenticated) { _ = try await logIn(house, from: "192.0.2.9") }))
            messages.insert(Text(await refusal(.unauthenticated) { _ = try await logIn(house, String(repeating: "x", count: 2_000)) }))
            #expect(messages.count == 1)
        }
    }

    @Test func passwordsThatAreGuessedAtOnceAreRefused() async throws {
        try await House.with { house in
            let (root, _, _) = try await people(house)
            let bad = [
                "", "short", "elevenchars", String(repeating: "ab", count: 20), "line\nbreak in a password", "this is ROOT's password",
                String(repeating: "long", count: 300), "assay_user_0000 and so on",
            ]
            for password in bad {
                _ = await refusal(.invalidArgument) {
                    try await house.useCases.setPassword(password, ofUserNamed: "root", old: nil, from: "", by: root)
                }
            }
            #expect(try await house.kinds().filter { $0 == "user.password-set" }.count == 1)
        }
    }

    @Test func onesOwnPasswordNeedsTheOldOneAndOthersAnAdministrator() async throws {
        try await House.with { house in
            let (root, ana, _) = try await people(house)
            let session = try await house.useCases.startSession(for: try await logIn(house))
            _ = await refusal(.invalidArgument) {
                try await house.useCases.setPassword(Self.other, ofUserNamed: "Ana", old: nil, from: "", by: ana)
            }
            _ = await refusal(.unauthenticated) {
                try await house.useCases.setPassword(Self.other, ofUserNamed: "Ana", old: "not it at all", from: "", by: ana)
            }
            _ = await refusal(.permissionDenied) {
                try await house.useCases.setPassword(Self.other, ofUserNamed: "root", old: nil, from: "", by: ana)
            }
            #expect(try await house.useCases.session(secret: session.secret) != nil)
            try await house.useCases.setPassword(Self.other, ofUserNamed: "Ana", old: Self.secret, from: "", by: ana)
            // What was remembered of the old one is worth nothing, and the browser is logged out.
            _ = await refusal(.unauthenticated) { _ = try await logIn(house) }
            #expect(try await house.useCases.session(secret: session.secret) == nil)
            #expect(try await logIn(house, Self.other).id == ana.id)
            try await house.useCases.setPassword(Self.secret, ofUserNamed: "Ana", old: nil, from: "", by: root)
            #expect(try await logIn(house).id == ana.id)
            #expect(try await house.kinds().filter { $0 == "user.password-set" }.count == 3)
        }
    }

    /// Somebody who can write the database has not become Ana: what the log says of her password is another one.
    @Test func aPasswordWrittenIntoTheTableIsADifferenceFromTheLog() async throws {
        try await House.with(tampers: true) { house in
            _ = try await people(house)
            let forged = try PasswordHash(of: Array("mallory's own words".utf8), salt: Array(repeating: 7, count: 16)).text
            try house.tamper("UPDATE password SET hash = '\(forged)'")
            let found = try await house.useCases.compareRecords()
            #expect(found?.differences.map(\.object).filter { $0.hasPrefix("password of user") }.count == 1)
        }
    }

    @Test func aPasswordIsStoredWithItsCost() throws {
        let salt = Array<UInt8>(0..<16)
        let hash = try PasswordHash(of: Array("pleaseletmein".utf8), salt: salt, cost: .init(logarithm: 4, block: 8, lanes: 1))
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"))
        let read = try #require(PasswordHash(hash.text))
        #expect(read == hash)
        #expect(try read.matches(Array("pleaseletmein".utf8)))
        #expect(try !read.matches(Array("pleaseletmeim".utf8)))
        // What would take all memory, and what is no hash.
        for text in [
            hash.text.replacing("ln=4", with: "ln=30"), hash.text.replacing("p=1", with: "p=1000"),
            hash.text.replacing("r=8", with: "r=0"), hash.text + "A", String(hash.text.dropLast()), "", "$scrypt$", "$2b$12$x",
        ] {
            #expect(PasswordHash(text) == nil, "\(text)")
        }
    }

    // MARK: - Tokens

    @Test func aRestrictedTokenIsGoodForNothingElse() async throws {
        try await House.with { house in
            let (_, ana, _) = try await people(house)
            let token = try await house.useCases.createToken(forUserNamed: "Ana", label: "ci", verbs: [.read, .publish], by: ana)
            let held = try await house.useCases.authenticate(token: token.text)
            #expect(held.may(.open) && held.may(.read) && held.may(.publish))
            for permission in Permission.allCases where ![.open, .read, .publish].contains(permission) {
                #expect(!held.may(permission), "\(permission)")
            }
            // A verb its holder does not have is not gained by naming it, and no wider token is made with a narrow one.
            let greedy = try await house.useCases.createToken(forUserNamed: "Ana", label: "", verbs: [.administer], by: ana)
            #expect(try await !house.useCases.authenticate(token: greedy.text).may(.administer))
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.createToken(forUserNamed: "Ana", label: "", by: held)
            }
            _ = await refusal(.permissionDenied) {
                try await house.useCases.setPassword(Self.other, ofUserNamed: "Ana", old: Self.secret, from: "", by: held)
            }
            _ = await refusal(.invalidArgument) {
                _ = try await house.useCases.createToken(forUserNamed: "Ana", label: "", verbs: [], by: ana)
            }
        }
    }

    @Test func aRestrictionTakenOutOfTheTableIsADifferenceFromTheLog() async throws {
        try await House.with(tampers: true) { house in
            let (_, ana, _) = try await people(house)
            let token = try await house.useCases.createToken(forUserNamed: "Ana", label: "", verbs: [.read], by: ana)
            try house.tamper("UPDATE token SET verbs = NULL WHERE id = '\(token.record.id)'")
            #expect(try await house.useCases.compareRecords()?.differences.map(\.object).contains { $0.contains(token.record.id) } == true)
            // A word nobody knows restricts to nothing that can be used.
            try house.tamper("UPDATE token SET verbs = 'everything' WHERE id = '\(token.record.id)'")
            _ = await refusal(.corrupt) { _ = try await house.useCases.authenticate(token: token.text) }
        }
    }

    @Test func aProgramNeverAnswersForAnything() async throws {
        try await House.with { house in
            let (root, _, _) = try await people(house)
            let bot = try await house.useCases.createUser(named: "bot", kind: .service, roles: RoleDefinition.shipped.map(\.role), by: root)
            #expect(bot.token.text.hasPrefix("assay_service_"))
            let principal = try await house.useCases.authenticate(token: bot.token.text)
            #expect(principal.kind == .service && principal.isKnown && !principal.isNamed)
            #expect(principal.may(.log) && principal.may(.register) && principal.may(.audit))
            for permission in Permission.personal { #expect(!principal.may(permission), "\(permission)") }
            _ = await refusal(.invalidArgument) {
                try await house.useCases.setPassword(Self.secret, ofUserNamed: "bot", old: nil, from: "", by: root)
            }
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.createToken(forUserNamed: "bot", label: "", by: principal)
            }
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.startSession(for: principal) }
            // It does not count among those who administer, whatever its roles say.
            _ = await refusal(.conflict) { _ = try await house.useCases.disableUser(named: "root", by: root) }
        }
    }

    @Test func aProgramMadeAPersonInTheTableIsADifferenceFromTheLog() async throws {
        try await House.with(tampers: true) { house in
            let (root, _, _) = try await people(house)
            _ = try await house.useCases.createUser(named: "bot", kind: .service, roles: [.validator], by: root)
            try house.tamper("UPDATE user SET kind = 'person' WHERE name = 'bot'")
            #expect(try await house.useCases.compareRecords()?.differences.map(\.object).contains { $0.hasPrefix("account of user") } == true)
        }
    }

    // MARK: - Accounts out of use

    @Test func nothingOfAnAccountOutOfUseIsAccepted() async throws {
        try await House.with { house in
            let (root, _, token) = try await people(house)
            let session = try await house.useCases.startSession(for: try await logIn(house))
            _ = try await house.useCases.disableUser(named: "Ana", by: root)
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: token) }
            _ = await refusal(.unauthenticated) { _ = try await logIn(house, from: "192.0.2.7") }
            #expect(try await house.useCases.session(secret: session.secret) == nil)
            _ = try await house.useCases.enableUser(named: "Ana", by: root)
            #expect(try await house.useCases.authenticate(token: token).name == "Ana")
            #expect(try await house.useCases.session(secret: session.secret) == nil, "a session that was ended stays ended")
            #expect(try await house.kinds().suffix(2) == ["user.disabled", "user.enabled"])
        }
    }

    // MARK: - Fresh log-ins

    @Test func whatIsStaleApprovesNothing() async throws {
        try await House.with { house in
            let (_, ana, _) = try await people(house)
            let useCases = house.useCases
            let now = house.now
            func accepts(_ authentication: Authentication, strict: Bool = false) -> Bool {
                var useCases = useCases
                useCases.freshLogin = FreshLogin(isStrict: strict)
                let principal = Principal(userID: ana.id, name: ana.name, roles: ana.roles, authentication: authentication)
                return (try? useCases.requireFreshLogin(principal, for: "An approval")) != nil
            }
            let (recent, edge, old, future) = (now - 60_000, now - 900_000, now - 900_001, now + 120_000)
            #expect(!accepts(.none) && !accepts(.none, strict: true))
            #expect(accepts(Authentication(.token)) && !accepts(Authentication(.token), strict: true))
            #expect(accepts(Authentication(.token, loginMilliseconds: recent), strict: true))
            #expect(!accepts(Authentication(.token, loginMilliseconds: old), strict: true))
            for method in [Authentication.Method.session, .bearer] {
                #expect(accepts(Authentication(method, loginMilliseconds: recent), strict: true), "\(method)")
                #expect(accepts(Authentication(method, loginMilliseconds: edge)), "\(method)")
                for login in [nil, old, future] { #expect(!accepts(Authentication(method, loginMilliseconds: login)), "\(method)") }
            }
            for method in [Authentication.Method.password, .directory] {
                #expect(accepts(Authentication(method, loginMilliseconds: now), strict: true), "\(method)")
            }
        }
    }

    @Test func anElevatedTokenStandsForOneLoginOfOnesOwn() async throws {
        try await House.with { house in
            let (root, ana, _) = try await people(house)
            _ = await refusal(.unauthenticated) {
                _ = try await house.useCases.createToken(forUserNamed: "Ana", label: "", isElevated: true, by: ana)
            }
            let present = try await logIn(house)
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.createToken(forUserNamed: "root", label: "", isElevated: true, by: present)
            }
            let token = try await house.useCases.createToken(forUserNamed: "Ana", label: "", isElevated: true, by: present)
            var strict = house.useCases
            strict.freshLogin.isStrict = true
            try strict.requireFreshLogin(try await house.useCases.authenticate(token: token.text), for: "An approval")
            house.advance(milliseconds: FreshLogin.standardMinutes * 60_000)
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: token.text) }
            _ = root
        }
    }

    // MARK: - Sessions

    @Test func aSessionEndsByItselfAndByItsOwner() async throws {
        try await House.with { house in
            _ = try await people(house)
            let limits = SessionLimits()
            func start() async throws -> StartedSession { try await house.useCases.startSession(for: try await logIn(house)) }
            let idle = try await start()
            #expect(try await house.useCases.session(secret: idle.secret)?.principal.authentication.method == .session)
            house.advance(milliseconds: limits.idleMinutes * 60_000)
            #expect(try await house.useCases.session(secret: idle.secret) == nil)
            let first = try await start()
            let second = try await start()
            #expect(first.secret != second.secret)
            let ana = try #require(try await house.useCases.session(secret: first.secret)).principal
            #expect(try await house.useCases.sessions(of: ana).count == 2)
            _ = await refusal(.notFound) {
                try await house.useCases.endSession(id: first.record.id, by: Principal(userID: "x", name: "x", roles: []))
            }
            try await house.useCases.endSession(id: first.record.id, by: ana)
            #expect(try await house.useCases.session(secret: first.secret) == nil)
            #expect(try await house.useCases.session(secret: second.secret) != nil)
            try await house.useCases.endSessions(by: ana)
            #expect(try await house.useCases.session(secret: second.secret) == nil)
            #expect(try await house.useCases.session(secret: String(repeating: "0", count: 64)) == nil)
        }
    }

    @Test func aBusySessionEndsToo() async throws {
        try await House.with { house in
            let useCases = house.useCases
            _ = try await people(house)
            let session = try await useCases.startSession(for: try await useCases.authenticate(password: Self.secret, ofUserNamed: "Ana", from: ""))
            var minutes: Int64 = 0
            while try await useCases.session(secret: session.secret) != nil {
                house.advance(milliseconds: 60 * 60_000)
                minutes += 60
                try await useCases.writeUseMarks()
            }
            #expect(minutes == SessionLimits().longestMinutes)
        }
    }

    /// Neither what stands in the database nor a row that somebody writes into it is a session.
    @Test func aRowOfTheTableIsNoSession() async throws {
        try await House.with(tampers: true) { house in
            let (_, ana, _) = try await people(house)
            let session = try await house.useCases.startSession(for: try await logIn(house))
            #expect(try await house.useCases.session(secret: session.record.digest.hex) == nil)
            let secret = String(repeating: "ab", count: 32)
            let digest = SHA256Hasher.digest(of: secret.utf8).hex
            try house.tamper("INSERT INTO session VALUES (x'\(digest)', 'forged', '\(ana.id)', 'password', \(house.now), \(house.now), \(house.now + 9_000_000))")
            #expect(try await house.useCases.session(secret: secret) == nil)
        }
    }
}
