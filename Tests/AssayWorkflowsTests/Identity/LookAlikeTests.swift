import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Names that people would take for somebody else's, by every way in which accounts come to be.
@Suite struct LookAlikeTests {
    private func login(_ subject: Text, called name: Text) -> ExternalLogin {
        ExternalLogin(
            issuer: "https://login.example.org", subject: subject, preferredName: name, groups: nil,
            authentication: Authentication(.bearer))
    }

    @Test func aNameThatLooksLikeSomebodysIsRefused() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            _ = try await house.useCases.createUser(named: "ana", roles: [.auditor], by: root)
            _ = try await house.useCases.createUser(named: "Loader", kind: .service, roles: [.dataScientist], by: root)
            for name in ["Ana", "ＡＮＡ", "ROOT", "ana", "loader", "lo\u{61}der"] as [Text] {
                for kind in UserRecord.Kind.allCases {
                    _ = await refusal(.alreadyExists) {
                        _ = try await house.useCases.createUser(named: name, kind: kind, roles: [.auditor], by: root)
                    }
                }
            }
            // Of two alphabets, or a reserved word in other letters.
            for name in ["\u{430}na", "r\u{43e}ot", "ＭＥ", "Nobody"] as [Text] {
                _ = await refusal(.invalidArgument) { _ = try await house.useCases.createUser(named: name, roles: [.auditor], by: root) }
            }
            #expect(try await house.useCases.users().count == 3)
        }
    }

    @Test func aProvidersPeopleGetANumber() async throws {
        try await House.with { house in
            _ = try await house.useCases.createFirstAdministrator(named: "root")
            var names: [Text] = []
            for (subject, name) in [("1", "Root"), ("2", "ＲＯＯＴ"), ("3", "r\u{43e}ot"), ("4", "olga")] as [(Text, Text)] {
                names.append(try await house.useCases.authenticate(external: login(subject, called: name), roles: GroupRoles([])).name)
            }
            #expect(names == ["Root-2", "ＲＯＯＴ-3", "person-2", "olga"])
            // Who they are stays issuer and subject, whatever they are called by then.
            #expect(try await house.useCases.authenticate(external: login("1", called: "olga"), roles: GroupRoles([])).name == "Root-2")
        }
    }

    /// Accounts from before names were compared like this go on as they are.
    @Test func namesThatStandGoOn() async throws {
        try await House.with(tampers: true) { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let first = try await house.useCases.createUser(named: "ana", roles: [.auditor], by: root)
            let second = try await house.useCases.createUser(named: "bob", roles: [.auditor], by: root)
            try house.tamper("UPDATE user SET name = 'ANA' WHERE name = 'bob'")
            #expect(try await house.useCases.authenticate(token: first.token.text).name == "ana")
            #expect(try await house.useCases.authenticate(token: second.token.text).name == "ANA")
            #expect(try await house.useCases.authenticate(token: second.token.text, name: "ANA").id == second.user.id)
            _ = try await house.useCases.disableUser(named: "ANA", by: root)
            #expect(try await house.useCases.authenticate(token: first.token.text).id == first.user.id)
        }
    }
}
