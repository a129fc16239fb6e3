import AssayCanonical
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What a token that was restricted to some permissions is never good for, whatever those are.
@Suite struct RestrictedTokenTests {
    private static let secret = "correct horse battery"

    private struct People {
        let root: Principal
        let ana: Principal
        /// Of the administrator, restricted to every permission there is.
        let held: Principal
        let heldID: String
    }

    private func people(_ house: House) async throws -> People {
        let first = try await house.useCases.createFirstAdministrator(named: "root")
        let root = try await house.useCases.authenticate(token: first.token.text)
        let ana = try await house.useCases.createUser(named: "Ana", roles: [.validator], by: root).user.principal
        let token = try await house.useCases.createToken(
            forUserNamed: "root", label: "ci", verbs: Set(Permission.allCases), by: root)
        return People(
            root: root, ana: ana, held: try await house.useCases.authenticate(token: token.text), heldID: token.record.id)
    }

    @Test func itEndsNothingButItself() async throws {
        try await House.with { house in
            let people = try await people(house)
            let others = try await house.useCases.tokens(ofEveryone: true, by: people.root).filter { $0.id != people.heldID }
            #expect(others.count == 2)
            for other in others {
                let words = await refusal(.notFound) { try await house.useCases.revokeToken(id: other.id, by: people.held) }
                let unknown = await refusal(.notFound) { try await house.useCases.revokeToken(id: "nope", by: people.held) }
                #expect(words.replacing(other.id, with: "nope") == unknown)
            }
            #expect(try await house.useCases.tokens(ofEveryone: false, by: people.held).map(\.id) == [people.heldID])
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.tokens(ofEveryone: true, by: people.held) }
            try await house.useCases.revokeToken(id: people.heldID, by: people.held)
            let revoked = try await house.useCases.tokens(ofEveryone: true, by: people.root).filter { $0.revokedMilliseconds != nil }
            #expect(revoked.map(\.id) == [people.heldID])
        }
    }

    @Test func itTouchesNoSessionOfItsHolder() async throws {
        try await House.with { house in
            let people = try await people(house)
            try await house.useCases.setPassword(Self.secret, ofUserNamed: "root", old: nil, from: "", by: people.root)
            let session = try await house.useCases.startSession(
                for: try await house.useCases.authenticate(password: Self.secret, ofUserNamed: "root", from: ""))
            #expect(try await house.useCases.sessions(of: people.held).isEmpty)
            _ = await refusal(.permissionDenied) { try await house.useCases.endSession(id: session.record.id, by: people.held) }
            _ = await refusal(.permissionDenied) { try await house.useCases.endSessions(by: people.held) }
            #expect(try await house.useCases.session(secret: session.secret) != nil)
        }
    }

    @Test func itChangesNoAccountRoleOrEvaluator() async throws {
        try await GovernedHouse.with { house in
            let useCases = house.useCases
            let token = try await useCases.createToken(
                forUserNamed: "adam", label: "", verbs: Set(Permission.allCases), by: house.adam)
            let held = try await useCases.authenticate(token: token.text)
            #expect(held.may(.administer) && held.may(.manageRoles))
            let before = try await house.house.kinds().count
            let role = try #require(Role(rawValue: "mine"))
            let attempts: [() async throws -> Void] = [
                { _ = try await useCases.createToken(forUserNamed: "adam", label: "", by: held) },
                { _ = try await useCases.createToken(forUserNamed: "vera", label: "", by: held) },
                { _ = try await useCases.createToken(forUserNamed: "adam", label: "", verbs: [.read], by: held) },
                { try await useCases.setPassword(Self.secret, ofUserNamed: "adam", old: nil, from: "", by: held) },
                { try await useCases.setPassword(Self.secret, ofUserNamed: "vera", old: nil, from: "", by: held) },
                { _ = try await useCases.createUser(named: "x", roles: [.validator], by: held) },
                { _ = try await useCases.disableUser(named: "vera", by: held) },
                { _ = try await useCases.setRoles([.admin], ofUserNamed: "vera", by: held) },
                { _ = try await useCases.bindRole(.admin, toUserNamed: "vera", by: held) },
                { _ = try await useCases.unbindRole(.validator, fromUserNamed: "vera", by: held) },
                {
                    _ = try await useCases.defineRole(
                        RoleDefinition(role, [Grant(.allow, [.read], on: .everything)]), mustBeNew: true, by: held)
                },
                {
                    _ = try await house.governance.addEvaluator(
                        named: "lab", .key(Array(repeating: 7, count: 32)), ownedBy: "vera", by: held)
                },
                { try await house.governance.removeEvaluator(named: "lab", by: held) },
                { try await useCases.erasePerson(named: "vera", reason: "left", by: held) },
            ]
            for (index, attempt) in attempts.enumerated() {
                let words = await refusal(.permissionDenied, attempt)
                #expect(words.contains("restricted"), "\(index): \(words)")
            }
            #expect(try await house.house.kinds().count == before)
        }
    }
}
