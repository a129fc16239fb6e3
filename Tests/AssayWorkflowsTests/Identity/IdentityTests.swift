import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Testing

/// Who may make users and tokens, when a token is accepted, and that each change is entered.
@Suite struct IdentityTests {
    private func admin(_ house: House) async throws -> (principal: Principal, token: String) {
        let made = try await house.useCases.createFirstAdministrator(named: "root")
        return (made.user.principal, made.token.text)
    }

    @Test func theFirstAdministratorIsMadeOnce() async throws {
        try await House.with { house in
            let (root, token) = try await admin(house)
            #expect(root.roles == [.admin])
            #expect(try await house.useCases.authenticate(token: token).id == root.id)
            let message = await refusal(.conflict) { _ = try await house.useCases.createFirstAdministrator(named: "two") }
            #expect(message.contains("has users already"))
            #expect(try await house.kinds() == ["user.created", "token.created"])
            #expect(try await house.entries().allSatisfy { $0.actorID == Principal.localOperator.id })
        }
    }

    @Test func onlyAnAdministratorMakesUsers() async throws {
        try await House.with { house in
            let (root, _) = try await admin(house)
            let ana = try await house.useCases.createUser(named: "Ana", roles: [.validator], by: root)
            #expect(try await house.useCases.authenticate(token: ana.token.text).roles == [.validator])
            for actor in [Principal.anonymous, .localOperator, ana.user.principal] {
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.createUser(named: "Bob", roles: [.validator], by: actor)
                }
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.setRoles([.admin], ofUserNamed: "Ana", by: actor)
                }
            }
            _ = await refusal(.alreadyExists) {
                _ = try await house.useCases.createUser(named: "Ana", roles: [.auditor], by: root)
            }
            _ = await refusal(.invalidArgument) {
                _ = try await house.useCases.createUser(named: "Bob", roles: [], by: root)
            }
            #expect(try await house.useCases.users().map(\.name) == ["Ana", "root"])
        }
    }

    @Test func namesThatWouldMisleadAreRefused() async throws {
        try await House.with { house in
            let (root, _) = try await admin(house)
            let names: [Text] = [
                "", " ana", "ana ", "a:b", "a\u{0}b", "a\nb", "a\u{202e}b", "a\u{200b}b", "anonymous", "Anonymous",
                "local operator", "local-operator", "nobody", "me", Text(String(repeating: "x", count: 129)),
            ]
            for name in names {
                _ = await refusal(.invalidArgument) {
                    _ = try await house.useCases.createUser(named: name, roles: [.auditor], by: root)
                }
            }
            for name in ["Ana María", "张伟", "o'neill", Text(String(repeating: "x", count: 128))] as [Text] {
                _ = try await house.useCases.createUser(named: name, roles: [.auditor], by: root)
            }
        }
    }

    @Test func aTokenIsRefusedOnceExpiredOrRevoked() async throws {
        try await House.with { house in
            let (root, _) = try await admin(house)
            let ana = try await house.useCases.createUser(named: "Ana", roles: [.validator], tokenDays: 1, by: root)
            house.advance(milliseconds: 86_400_000 - 1)
            #expect(try await house.useCases.authenticate(token: ana.token.text).name == "Ana")
            let second = try await house.useCases.createToken(forUserNamed: "Ana", label: "ci", by: ana.user.principal)
            house.advance(milliseconds: 1)
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: ana.token.text) }
            #expect(try await house.useCases.authenticate(token: second.text).name == "Ana")
            try await house.useCases.revokeToken(id: second.record.id, by: ana.user.principal)
            try await house.useCases.revokeToken(id: second.record.id, by: root)
            _ = await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: second.text) }
            #expect(try await house.kinds().filter { $0 == "token.revoked" }.count == 1)
        }
    }

    @Test func whatIsNotExactlyTheTokenIsRefusedInTheSameWords() async throws {
        try await House.with { house in
            let (_, token) = try await admin(house)
            let wrong = [
                "", "assay", "assay_user", token + "0", String(token.dropLast()), token.uppercased(), " " + token,
                token.replacingOccurrences(of: "assay_user", with: "assay_root"),
                String(token.dropLast(64)) + String(repeating: "0", count: 64),
                "assay_user_0000000000000000_" + token.suffix(64), "assay_user_\(String(repeating: "é", count: 8))_x",
            ]
            var messages: Set<String> = []
            for text in wrong {
                messages.insert(await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: text) })
            }
            messages.insert(
                await refusal(.unauthenticated) { _ = try await house.useCases.authenticate(token: token, name: "Root") })
            #expect(messages.count == 1)
            #expect(try await house.useCases.authenticate(token: token, name: "root").name == "root")
        }
    }

    @Test func credentialsComeInTwoForms() async throws {
        try await House.with { house in
            let (root, token) = try await admin(house)
            func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
            for header in [
                "Bearer \(token)", "bearer \(token)", "BEARER  \(token) ", basic("root:\(token)"), basic(":\(token)"),
            ] {
                #expect(try await house.useCases.authenticate(authorization: header).id == root.id, "\(header.prefix(7))")
            }
            for header in [
                "", "Bearer", "Bearer ", token, "Basic", "Basic \(token)", "Basic !", basic(token), basic("Root:\(token)"),
                basic("root:\(token)x"), basic("root:"), "Digest \(token)", "Bearer \(token), Basic x",
            ] {
                _ = await refusal(.unauthenticated) {
                    _ = try await house.useCases.authenticate(authorization: header)
                }
            }
        }
    }

    @Test func tokensBelongToTheirHolder() async throws {
        try await House.with { house in
            let (root, _) = try await admin(house)
            let ana = try await house.useCases.createUser(named: "Ana", roles: [.validator], by: root)
            let bob = try await house.useCases.createUser(named: "Bob", roles: [.compliance], by: root)
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.createToken(forUserNamed: "Bob", label: "", by: ana.user.principal)
            }
            _ = await refusal(.notFound) {
                try await house.useCases.revokeToken(id: bob.token.record.id, by: ana.user.principal)
            }
            _ = await refusal(.notFound) { try await house.useCases.revokeToken(id: "nope", by: root) }
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.tokens(ofEveryone: true, by: ana.user.principal)
            }
            #expect(try await house.useCases.tokens(ofEveryone: false, by: ana.user.principal).count == 1)
            #expect(try await house.useCases.tokens(ofEveryone: true, by: root).count == 3)
            for days in [0, -1, 731, Int64.max] {
                _ = await refusal(.invalidArgument) {
                    _ = try await house.useCases.createToken(forUserNamed: "Ana", label: "", days: days, by: root)
                }
            }
        }
    }

    @Test func rolesActAtOnceAndTheLastAdministratorStays() async throws {
        try await House.with { house in
            let (root, _) = try await admin(house)
            let ana = try await house.useCases.createUser(named: "Ana", roles: [.auditor], by: root)
            _ = await refusal(.conflict) { _ = try await house.useCases.setRoles([.auditor], ofUserNamed: "root", by: root) }
            _ = try await house.useCases.setRoles([.admin, .auditor], ofUserNamed: "Ana", by: root)
            #expect(try await house.useCases.authenticate(token: ana.token.text).roles == [.admin, .auditor])
            // From here on there are two, and neither changes roles alone.
            let change = try #require(try await house.useCases.setRoles([], ofUserNamed: "root", by: root).waiting)
            #expect(try await house.kinds().filter { $0 == "user.roles-changed" }.count == 1)
            _ = try await house.useCases.confirmProposal(id: change.id, by: ana.user.principal.with(.admin))
            _ = await refusal(.notFound) { _ = try await house.useCases.setRoles([.admin], ofUserNamed: "Eve", by: ana.user.principal.with(.admin)) }
            #expect(try await house.kinds().filter { $0 == "user.roles-changed" }.count == 2)
        }
    }

    /// The token's text stands nowhere: not in the database, not in what is published.
    @Test func theTextOfATokenIsKeptNowhere() async throws {
        try await House.with(tampers: true) { house in
            let (_, token) = try await admin(house)
            try house.store.close()
            let secret = String(token.suffix(64))
            for file in try FileManager.default.contentsOfDirectory(atPath: house.path) {
                let bytes = try #require(FileManager.default.contents(atPath: house.path + "/" + file))
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)")
            }
        }
    }
}

extension Principal {
    fileprivate func with(_ role: Role) -> Principal { Principal(userID: id, name: name, roles: roles + [role]) }
}
