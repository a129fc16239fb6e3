import AssayCanonical
import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Logging
import Testing

/// What the access log says of log-ins that failed, and of whom may do something to nothing.
@Suite struct FailedLoginTests {
    private static let otto = Principal(userID: String(repeating: "d", count: 32), name: "otto", roles: [.auditor])
    private static let secret = "correct horse battery"

    private func logged(_ house: House, keepsAddresses: Bool = false) -> UseCases {
        var useCases = house.useCases
        useCases.accessLog = AccessLog(
            store: house.store, keyring: useCases.keyring, effects: useCases.effects, logger: Logger(label: "test"),
            keepsAddresses: keepsAddresses)
        return useCases
    }

    private func records(_ useCases: UseCases, _ subject: AccessQuery.Subject? = nil) async throws -> [AccessRecord] {
        try await useCases.accesses(AccessQuery(subject: subject), by: Self.otto).records.map(\.record)
    }

    private func basic(_ name: String, _ password: String) -> String {
        "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }

    @Test func theyStandUnderTheAccountThatWasTried() async throws {
        try await House.with { house in
            let useCases = logged(house, keepsAddresses: true)
            let root = try await useCases.createFirstAdministrator(named: "root").user.principal
            let vera = try await useCases.createUser(named: "vera", roles: [.validator], password: Self.secret, by: root)
            let canary = "canary-5d1e"
            let address: Text = "192.0.2.9"
            for header in [
                basic("vera", "\(canary) as a password"), basic("\(canary) as a name", Self.secret),
                "Bearer \(vera.token.text.dropLast(64))\(String(repeating: "0", count: 64))",
                "Bearer assay_user_0000000000000000_\(String(repeating: "0", count: 64))", basic("vera", String(repeating: "x", count: 2_000)),
            ] {
                _ = await refusal(.unauthenticated) { _ = try await useCases.authenticate(authorization: header, from: address) }
            }
            #expect(try await useCases.authenticate(authorization: basic("vera", Self.secret), from: address).id == vera.user.id)
            let found = try await records(useCases)
            #expect(found.allSatisfy { $0.outcome == .denied && $0.verb == .open && $0.objects.isEmpty && $0.address == address })
            let said = Set(found.map { [Text($0.principalID), $0.route] })
            let (known, nobody) = (Text(vera.user.id), Text(Principal.nobody.id))
            #expect(said == [
                [known, "log-in by password"], [nobody, "log-in by password"], [known, "log-in by token"], [nobody, "log-in by token"],
            ])
            #expect(try await records(useCases, .user("vera")).count == 2)
            #expect(try await records(useCases, .user("nobody")).count == 2)
            for record in found { #expect(!"\(record)".contains(canary)) }
        }
    }

    @Test func addressesAreKeptOnlyWhereTheyAreAskedFor() async throws {
        try await House.with { house in
            let useCases = logged(house)
            _ = try await useCases.createFirstAdministrator(named: "root")
            _ = await refusal(.unauthenticated) {
                _ = try await useCases.authenticate(password: "wrong horse battery", ofUserNamed: "root", from: "192.0.2.9")
            }
            #expect(try await records(useCases).map(\.address) == [nil])
        }
    }

    @Test func throttledOnesStandThereToo() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let root = try await useCases.createFirstAdministrator(named: "root").user.principal
            var slowed = 0
            for number in 0..<9 {
                do {
                    _ = try await useCases.authenticate(password: "wrong horse \(number) battery", ofUserNamed: "root", from: "192.0.2.9")
                } catch let error as AssayError {
                    if error.code == .tooSoon { slowed += 1 }
                }
            }
            #expect(slowed > 0)
            let routes = Set(try await records(useCases, .user("root")).map(\.route))
            #expect(routes == ["log-in by password", "log-in by password, slowed"])
            #expect(try await records(useCases).allSatisfy { $0.principalID == root.id })
        }
    }

    @Test func accountsOutOfUseOfAProviderToo() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let root = try await useCases.createFirstAdministrator(named: "root").user.principal
            let login = ExternalLogin(
                issuer: "https://login.example.org", subject: "subject-7", preferredName: "olga", groups: nil,
                authentication: Authentication(.bearer))
            let olga = try await useCases.authenticate(external: login, roles: GroupRoles([]))
            _ = try await useCases.disableUser(named: "olga", by: root)
            _ = await refusal(.unauthenticated) { _ = try await useCases.authenticate(external: login, roles: GroupRoles([])) }
            #expect(try await records(useCases, .user("olga")).map(\.route) == ["log-in by identity provider"])
            #expect(olga.name == "olga")
        }
    }

    @Test func aDenialIsFiledUnderWhatItWasAskedOf() async throws {
        try await GovernedHouse.with { house in
            let useCases = logged(house.house, keepsAddresses: true)
            let log = try #require(useCases.accessLog)
            let experiment = try await useCases.createExperiment(name: "e", artifactLocation: "", tags: [], by: house.ana).id
            let run = try await useCases.createRun(
                experimentID: experiment, name: "r", userID: "", startTime: 1, tags: [], by: house.ana).info.id
            let model = try await useCases.createRegisteredModel(named: "fraud", tags: [], description: nil, by: house.ana)
            let asked: [(AccessObject, [TouchedObject])] = [
                (.experiment(experiment), [TouchedObject(.experiment, Text("\(experiment)"))]), (.run(run), [TouchedObject(.run, run)]),
                (.model("fraud"), [TouchedObject(.model, Text(model.id))]), (.dataset("patients"), [TouchedObject(.dataset, "patients")]),
                (.newModel("loans"), []), (.run("nothing"), []), (.model("no such model"), []), (.request("none"), []),
            ]
            for (number, (object, touched)) in asked.enumerated() {
                let route = Text("TEST \(number)")
                try await log.noteDenial(of: Self.otto, .approve, route: route, on: [object], from: "192.0.2.9")
                let found = try await records(useCases).filter { $0.route == route }
                #expect(found.map(\.objects) == [touched] && found.first?.address == "192.0.2.9", "\(object)")
                #expect(found.first?.outcome == .denied)
            }
            #expect(try await records(useCases, .model("fraud")).count == 1)
            #expect(try await records(useCases, .run(run)).map(\.principalID) == [Self.otto.id])
        }
    }
}
