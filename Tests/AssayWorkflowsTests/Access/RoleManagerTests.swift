import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What one person alone cannot do to whoever changes roles, and what becomes of proposals that time went over.
@Suite struct RoleManagerTests {
    private static let secret = "a password of some length"

    private func principal(_ name: Text, _ house: House) async throws -> Principal {
        try #require(try await house.store.read { try $0.user(named: name) }).principal
    }

    /// Two who change roles, and somebody who does not.
    private func people(_ house: House) async throws -> (root: Principal, second: Principal) {
        let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
        _ = try await house.useCases.createUser(named: "alice", roles: [.auditor], by: root)
        _ = try await house.useCases.createUser(named: "second", roles: [.admin], by: root)
        return (root, try await principal("second", house))
    }

    @Test func nobodyPutsAnotherOfThemOutOfUse() async throws {
        try await House.with { house in
            let (root, second) = try await people(house)
            let words = await refusal(.conflict) { _ = try await house.useCases.disableUser(named: "second", by: root) }
            #expect(words.contains("assay role unbind"))
            _ = await refusal(.conflict) { _ = try await house.useCases.disableUser(named: "root", by: second) }
            _ = try await house.useCases.disableUser(named: "alice", by: root)
            // Oneself, as long as another one is left; and from then on nobody alone takes the account into use again.
            _ = try await house.useCases.disableUser(named: "second", by: second)
            _ = await refusal(.conflict) { _ = try await house.useCases.enableUser(named: "second", by: root) }
            _ = await refusal(.conflict) { _ = try await house.useCases.disableUser(named: "root", by: root) }
            #expect(try await house.kinds().filter { $0 == "user.disabled" }.count == 2)
        }
    }

    @Test func nobodyMakesCredentialsOfAnotherOfThem() async throws {
        try await House.with { house in
            let (root, second) = try await people(house)
            func isRefused() async throws {
                let before = try await house.kinds().count
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.createToken(forUserNamed: "second", label: "", by: root)
                }
                _ = await refusal(.permissionDenied) {
                    try await house.useCases.setPassword(Self.secret, ofUserNamed: "second", old: nil, from: "", by: root)
                }
                #expect(try await house.kinds().count == before)
            }
            try await isRefused()
            // Out of use it would be a credential that waits.
            _ = try await house.useCases.disableUser(named: "second", by: second)
            try await isRefused()
            // For anybody else an administrator makes both.
            _ = try await house.useCases.createToken(forUserNamed: "alice", label: "", by: root)
            try await house.useCases.setPassword(Self.secret, ofUserNamed: "alice", old: nil, from: "", by: root)
        }
    }

    @Test func aProposalThatTimeWentOverIsMadeAnew() async throws {
        try await House.with { house in
            let (root, second) = try await people(house)
            let useCases = house.useCases
            let developer = try #require(Role(rawValue: "developer"))
            func definition(_ pattern: Text) -> RoleDefinition {
                RoleDefinition(developer, [Grant(.allow, [.read], on: .model(pattern))])
            }
            let made = try #require(try await useCases.defineRole(definition("a-*"), mustBeNew: true, by: root))
            _ = try await useCases.confirmProposal(id: made.id, by: second)
            // Each is proposed while the other waits, about the same thing.
            let pairs: [(Proposal?, Proposal?)] = [
                (
                    try await useCases.bindRole(.validator, toUserNamed: "alice", by: root),
                    try await useCases.bindRole(.compliance, toUserNamed: "alice", by: root)
                ),
                (
                    try await useCases.defineRole(definition("b-*"), mustBeNew: false, by: root),
                    try await useCases.defineRole(definition("*"), mustBeNew: false, by: root)
                ),
            ]
            for (late, first) in pairs {
                let (late, first) = (try #require(late), try #require(first))
                _ = try await useCases.confirmProposal(id: first.id, by: second)
                let words = await refusal(.conflict) { _ = try await useCases.confirmProposal(id: late.id, by: second) }
                #expect(words.contains("propose it anew"))
                try await useCases.withdrawProposal(id: late.id, by: root)
                _ = await refusal(.conflict) { _ = try await useCases.confirmProposal(id: late.id, by: second) }
            }
            #expect(try await principal("alice", house).roles == [.auditor, .compliance])
            #expect(try await useCases.role(developer) == definition("*"))
            // Nor is one made that waited for two weeks.
            let old = try #require(try await useCases.bindRole(.validator, toUserNamed: "alice", by: root))
            house.advance(milliseconds: UseCases.proposalMilliseconds)
            _ = await refusal(.conflict) { _ = try await useCases.confirmProposal(id: old.id, by: second) }
            #expect(try await useCases.proposals(by: second).isEmpty)
        }
    }
}
