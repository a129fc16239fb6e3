import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Roles as data, four eyes, and the ways people would try to get around them.
@Suite struct RoleTests {
    private static let developer = RoleDefinition(
        Role(rawValue: "developer") ?? .endUser, [Grant(.allow, [.read, .register], on: .model("loan-*"))])

    private struct People {
        let root: Principal
        let second: Principal
    }

    /// One administrator, or two.
    private func people(_ house: House) async throws -> People {
        let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
        let second = try await house.useCases.createUser(named: "second", roles: [.admin], by: root).user
        return People(root: root, second: try #require(try await house.store.read { try $0.user(id: second.id) }).principal)
    }

    private func principal(_ name: Text, _ house: House) async throws -> Principal {
        try #require(try await house.store.read { try $0.user(named: name) }).principal
    }

    @Test func aRoleIsMadeAndBound() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            _ = try await house.useCases.createUser(named: "alice", roles: [.endUser], by: root)
            #expect(try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: root) == nil)
            #expect(try await !principal("alice", house).may(.register))
            #expect(try await house.useCases.bindRole(Self.developer.role, toUserNamed: "alice", by: root) == nil)
            let alice = try await principal("alice", house)
            #expect(alice.reach(.register).admits(model: "loan-1", id: nil))
            #expect(!alice.reach(.register).admits(model: "fraud", id: nil))
            _ = await refusal(.alreadyExists) { _ = try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: root) }
            _ = await refusal(.conflict) { _ = try await house.useCases.deleteRole(Self.developer.role, by: root) }
            _ = await refusal(.conflict) {
                _ = try await house.useCases.defineRole(
                    RoleDefinition(.auditor, [Grant(.allow, [.administer], on: .everything)]), mustBeNew: false, by: root)
            }
            _ = await refusal(.notFound) { _ = try await house.useCases.bindRole(.init(rawValue: "nothing") ?? .admin, toUserNamed: "alice", by: root) }
            #expect(try await house.useCases.unbindRole(Self.developer.role, fromUserNamed: "alice", by: root) == nil)
            #expect(try await house.useCases.deleteRole(Self.developer.role, by: root) == nil)
            let kinds = try await house.kinds().filter { $0.hasPrefix("role.") || $0 == "user.roles-changed" }
            #expect(kinds == ["role.defined", "user.roles-changed", "user.roles-changed", "role.deleted"])
        }
    }

    @Test func twoAdministratorsChangeRolesTogether() async throws {
        try await House.with { house in
            let people = try await people(house)
            let waiting = try #require(try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: people.root))
            #expect(try await house.useCases.roles().allSatisfy { $0.role != Self.developer.role })
            let message = await refusal(.permissionDenied) {
                _ = try await house.useCases.confirmProposal(id: waiting.id, by: people.root)
            }
            #expect(message.contains("a second person"))
            _ = try await house.useCases.confirmProposal(id: waiting.id, by: people.second)
            #expect(try await house.useCases.role(Self.developer.role).grants == Self.developer.grants)
            // Once is enough.
            _ = await refusal(.conflict) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: people.second) }
            #expect(try await house.kinds().suffix(3) == ["proposal.made", "proposal.confirmed", "role.defined"])
        }
    }

    /// Taking the other one's role away to be alone again is such a change itself.
    @Test func nobodyMakesThemselvesAlone() async throws {
        try await House.with { house in
            let people = try await people(house)
            let waiting = try await house.useCases.unbindRole(.admin, fromUserNamed: "second", by: people.root)
            #expect(waiting != nil)
            #expect(try await principal("second", house).may(.manageRoles))
            let puppet = try await house.useCases.createUser(named: "puppet", roles: [.admin, .validator], by: people.root)
            #expect(puppet.waiting != nil)
            #expect(try await principal("puppet", house).roles.isEmpty)
            #expect(try await !principal("puppet", house).may(.read))
        }
    }

    @Test func aProposalEnds() async throws {
        try await House.with { house in
            let people = try await people(house)
            let late = try #require(try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: people.root))
            house.advance(milliseconds: UseCases.proposalMilliseconds)
            _ = await refusal(.conflict) { _ = try await house.useCases.confirmProposal(id: late.id, by: people.second) }
            let again = try #require(try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: people.root))
            #expect(again.id != late.id)
            #expect(try await house.useCases.proposals(by: people.second).map(\.id) == [again.id])
            try await house.useCases.withdrawProposal(id: again.id, by: people.second)
            _ = await refusal(.conflict) { _ = try await house.useCases.confirmProposal(id: again.id, by: people.second) }
        }
    }

    /// Whoever lost the right meanwhile has not proposed anything.
    @Test func aProposerWithoutTheRightHasProposedNothing() async throws {
        try await House.with { house in
            let people = try await people(house)
            let waiting = try #require(try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: people.root))
            let demotion = try #require(try await house.useCases.unbindRole(.admin, fromUserNamed: "root", by: people.second))
            _ = try await house.useCases.confirmProposal(id: demotion.id, by: people.root)
            _ = await refusal(.conflict) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: people.second) }
        }
    }

    @Test func nobodyElseChangesRolesOrConfirms() async throws {
        try await House.with { house in
            let people = try await people(house)
            let waiting = try #require(try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: people.root))
            let ids = ["a", "b"].map { String(repeating: $0, count: 32) }
            let strangers: [Principal] = [
                .anonymous, .nobody, .server, .localOperator,
                Principal(userID: ids[0], name: "dev", roles: [.dataScientist, .validator, .auditor]),
                // Over something is not over everything.
                Principal(
                    userID: ids[1], name: "half", roles: [Role](),
                    grants: [Grant(.allow, [.read, .manageRoles], on: .model("loan-*"))]),
            ]
            for stranger in strangers {
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: stranger) }
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.bindRole(.admin, toUserNamed: "root", by: stranger) }
                _ = await refusal(.notFound) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: stranger) }
                _ = await refusal(.notFound) { try await house.useCases.withdrawProposal(id: waiting.id, by: stranger) }
                #expect(try await house.useCases.proposals(by: stranger).isEmpty)
            }
        }
    }

    @Test func theLastAdministratorStays() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let denial = RoleDefinition(
                Role(rawValue: "no-admin") ?? .endUser, [Grant(.deny, [.administer], on: .model("x"))])
            _ = try await house.useCases.defineRole(denial, mustBeNew: true, by: root)
            for attempt in [
                { _ = try await house.useCases.unbindRole(.admin, fromUserNamed: "root", by: root) },
                // A denial of any of it leaves less than everything.
                { _ = try await house.useCases.bindRole(denial.role, toUserNamed: "root", by: root) },
            ] as [() async throws -> Void] {
                let message = await refusal(.conflict, attempt)
                #expect(message.contains("last administrator"))
            }
        }
    }

    @Test func openingADataSetTakesTwoAndClosingItOne() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let dora = try await house.useCases.createUser(named: "dora", roles: [.dataEngineer], by: root).user.principal
            let cleo = try await house.useCases.createUser(named: "cleo", roles: [.compliance], by: root).user.principal
            #expect(try await house.useCases.classifyDataset("patients", as: .public, by: dora) == nil)
            #expect(try await house.useCases.classifyDataset("patients", as: .rawPersonal, by: dora) == nil)
            for opened in [DatasetClass.anonymised, .public, nil] {
                #expect(try await house.useCases.classifyDataset("patients", as: opened, by: dora) != nil)
                #expect(try await house.store.read { try $0.datasetClass("patients") } == .rawPersonal)
            }
            let first = try #require(try await house.useCases.proposals(by: cleo).first)
            _ = try await house.useCases.confirmProposal(id: first.id, by: cleo)
            #expect(try await house.store.read { try $0.datasetClass("patients") } == .anonymised)
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.classifyDataset("patients", as: .rawPersonal, by: root) }
        }
    }

    @Test(arguments: [
        ("INSERT INTO roleGrant VALUES ('developer', 'allow', 'administer', 'everything')", "role developer"),
        ("DELETE FROM roleGrant", "role developer"),
        ("INSERT INTO role VALUES ('other', '', 1)", "role other"),
        ("UPDATE proposal SET content = x'7b7d'", "proposal "),
        ("UPDATE proposal SET proposerID = 'x'", "proposal "),
        ("INSERT INTO share VALUES ('x', 'model', 'y', 'MANAGE')", "share of model y with user x"),
        ("DELETE FROM datasetClass", "class of data set 'patients'"),
    ])
    func aChangeBehindTheLogIsNamed(_ sql: String, _ object: String) async throws {
        try await House.with(tampers: true) { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            _ = try await house.useCases.createUser(named: "dora", roles: [.dataEngineer], by: root)
            _ = try await house.useCases.defineRole(Self.developer, mustBeNew: true, by: root)
            _ = try await house.useCases.classifyDataset("patients", as: .rawPersonal, by: principal("dora", house))
            _ = try await house.useCases.createUser(named: "second", roles: [.admin], by: root)
            _ = try await house.useCases.bindRole(Self.developer.role, toUserNamed: "dora", by: root)
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
            try house.tamper(sql)
            let differences = try #require(try await house.useCases.compareRecords()).differences
            #expect(differences.count == 1 && differences[0].object.hasPrefix(object), "\(differences)")
        }
    }
}
