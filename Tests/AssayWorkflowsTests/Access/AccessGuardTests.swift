import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What somebody with a narrow role can do through the use cases, and the ways around it that are shut.
@Suite struct AccessGuardTests {
    private static let mia = Principal(
        userID: String(repeating: "c", count: 32), name: "mia", roles: [Role](),
        grants: [
            Grant(.allow, [.read, .log, .register], on: .experiment("loan-*")), Grant(.allow, [.read, .register], on: .model("loan-*")),
        ])

    /// As the server runs a route's handler.
    private func acting<Value>(
        _ permission: Permission, on objects: [AccessObject] = [], _ work: () async throws -> Value
    ) async throws -> Value {
        try await AccessGuard.$current.withValue(AccessGuard(Self.mia, permission, on: objects)) { try await work() }
    }

    private struct Place {
        let open: Int64
        let shut: Int64
        let shutRun: Text
    }

    private func place(_ house: House) async throws -> Place {
        let open = try await house.useCases.createExperiment(name: "loan-a", artifactLocation: "", tags: []).id
        let shut = try await house.useCases.createExperiment(name: "secret", artifactLocation: "", tags: []).id
        let run = try await house.useCases.createRun(
            experimentID: shut, name: "canary-run", userID: "", startTime: 1, tags: [], by: .anonymous)
        for name in ["loan-m", "secret-m"] as [Text] {
            _ = try await house.useCases.createRegisteredModel(named: name, tags: [], description: nil, by: .anonymous)
        }
        return Place(open: open, shut: shut, shutRun: run.info.id)
    }

    @Test func whatMayNotBeReadIsMissingInTheSameWords() async throws {
        try await House.with { house in
            let place = try await place(house)
            let shut = await refusal(.notFound) { _ = try await acting(.read) { try await house.useCases.run(place.shutRun) } }
            let missing = await refusal(.notFound) { _ = try await acting(.read) { try await house.useCases.run("nothing") } }
            #expect(shut.replacing(place.shutRun.string, with: "nothing") == missing)
            let runs = try await acting(.read) { try await house.useCases.searchRuns(SearchQuery(limit: 100), experiments: nil) }
            #expect(runs.items.isEmpty)
            let named = try await acting(.read) {
                try await house.useCases.searchRuns(SearchQuery(limit: 100), experiments: [place.shut])
            }
            #expect(named.items.isEmpty && named.next == nil)
            let history = try await acting(.read) {
                try await house.useCases.metricHistories([place.shutRun], key: "m", limit: 10)
            }
            #expect(history.isEmpty)
            _ = await refusal(.notFound) { _ = try await acting(.read) { try await house.useCases.modelHistory("secret-m") } }
        }
    }

    /// A filter on what is unseen answers nothing, whether it would match or not.
    @Test(arguments: ["canary-run", "other"] as [Text])
    func aFilterIsNoOracle(_ name: Text) async throws {
        try await House.with { house in
            _ = try await place(house)
            let clause = SearchClause(entity: .attribute, key: "run_name", comparator: .equal, value: .text(name))
            let found = try await acting(.read) {
                try await house.useCases.searchRuns(SearchQuery(clauses: [clause], limit: 10), experiments: nil)
            }
            #expect(found.items.isEmpty && found.next == nil)
        }
    }

    @Test func aVerbIsCheckedInTheTransactionOfTheChange() async throws {
        try await House.with { house in
            let place = try await place(house)
            let readable = Principal(
                userID: Self.mia.id, name: "mia", roles: [Role](),
                grants: [Grant(.allow, [.read], on: .everything), Grant(.allow, [.log], on: .experiment("loan-*"))])
            let access = AccessGuard(readable, .log, on: [.run(place.shutRun)])
            let message = await refusal(.permissionDenied) {
                try await AccessGuard.$current.withValue(access) {
                    try await house.useCases.append(RunBatch(tags: [KeyValue(key: "k", value: "v")]), to: place.shutRun)
                }
            }
            #expect(message.contains("'log'"))
            #expect(try await house.useCases.run(place.shutRun).tags.allSatisfy { $0.key != "k" })
            // Somebody renames the experiment into the pattern: from then on it is allowed, in the next transaction.
            try await house.useCases.renameExperiment(place.shut, to: "loan-b")
            try await AccessGuard.$current.withValue(access) {
                try await house.useCases.append(RunBatch(tags: [KeyValue(key: "k", value: "v")]), to: place.shutRun)
            }
        }
    }

    @Test func nothingIsRenamedIntoOrOutOfReach() async throws {
        try await House.with { house in
            _ = try await place(house)
            for (old, new) in [("loan-m", "secret-2"), ("secret-m", "loan-2"), ("loan-m", "Loan-2")] as [(Text, Text)] {
                await #expect(throws: AssayError.self) {
                    _ = try await acting(.register, on: [.model(old), .newModel(new)]) {
                        try await house.useCases.renameRegisteredModel(named: old, to: new, by: Self.mia)
                    }
                }
            }
            #expect(try await house.useCases.registeredModel(named: "loan-m").model.name == "loan-m")
        }
    }

    /// Neither a version nor a run nor a logged model that may not be read is a source of one that may.
    @Test func nothingUnreadableIsCopiedByRegisteringIt() async throws {
        try await House.with { house in
            let place = try await place(house)
            let logged = try await house.useCases.createLoggedModel(
                experimentID: place.shut, name: "m", modelType: "", sourceRunID: place.shutRun, params: [], tags: [], by: .anonymous)
            let secret = try await house.useCases.createModelVersion(
                NewModelVersion(
                    modelName: "secret-m", source: Text("runs:/\(place.shutRun)/model"), runID: place.shutRun, loggedModelID: nil,
                    runLink: "", description: "", tags: []), by: .anonymous)
            #expect(secret.number == 1)
            let attempts: [(source: Text, run: Text?, model: Text?)] = [
                ("models:/secret-m/1", nil, nil), (Text("models:/\(logged.id)"), nil, logged.id),
                (Text("mlflow-artifacts:/\(place.shut)/\(place.shutRun)/artifacts/model"), place.shutRun, nil),
            ]
            for attempt in attempts {
                await #expect(throws: AssayError.self) {
                    _ = try await acting(.register, on: [.model("loan-m")]) {
                        try await house.useCases.createModelVersion(
                            NewModelVersion(
                                modelName: "loan-m", source: attempt.source, runID: attempt.run, loggedModelID: attempt.model,
                                runLink: "", description: "", tags: []), by: Self.mia)
                    }
                }
            }
            let hollow = try await acting(.register, on: [.model("loan-m")]) {
                try await house.useCases.createModelVersion(
                    NewModelVersion(
                        modelName: "loan-m", source: Text("runs:/\(place.shutRun)/model"), runID: place.shutRun,
                        loggedModelID: nil, runLink: "", description: "", tags: []), by: Self.mia)
            }
            guard case .unfrozen(let reason) = hollow.content else {
                Issue.record("files of a run that may not be read were frozen into a version")
                return
            }
            #expect(reason == Text("there is no run \(place.shutRun) on this server"))
        }
    }

    @Test func aCreatorManagesWhatTheyMadeAndADenialEndsIt() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            for name in ["ana", "bob"] as [Text] {
                _ = try await house.useCases.createUser(named: name, roles: [.endUser], by: root)
            }
            func principal(_ name: Text) async throws -> Principal {
                try #require(try await house.store.read { try $0.user(named: name) }).principal
            }
            let ana = try await principal("ana")
            let id = try await house.useCases.createExperiment(name: "own", artifactLocation: "", tags: [], by: ana).id
            let creator = try await principal("ana")
            #expect(try await house.store.read { try $0.admits(creator.reach(.delete), experiment: id) })
            #expect(try await house.store.read { try $0.admits(creator.reach(.share), experiment: id) })
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.share(.experiment(id), withUserNamed: "bob", at: .read, by: principal("bob"))
            }
            _ = try await house.useCases.share(.experiment(id), withUserNamed: "bob", at: .edit, exists: false, by: creator)
            let bob = try await principal("bob")
            #expect(try await house.store.read { try $0.admits(bob.reach(.log), experiment: id) })
            #expect(try await house.store.read { try !$0.admits(bob.reach(.delete), experiment: id) })
            // Who edits does not share.
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.share(.experiment(id), withUserNamed: "bob", at: .manage, by: bob)
            }
            let denial = RoleDefinition(
                Role(rawValue: "kept-out") ?? .endUser, [Grant(.deny, [.read, .log], on: .experiment("OWN"))])
            _ = try await house.useCases.defineRole(denial, mustBeNew: true, by: root)
            _ = try await house.useCases.bindRole(denial.role, toUserNamed: "bob", by: root)
            let denied = try await principal("bob")
            #expect(try await house.store.read { try !$0.admits(denied.reach(.read), experiment: id) })
            try await house.useCases.unshare(.experiment(id), withUserNamed: "bob", by: root)
            _ = await refusal(.notFound) { try await house.useCases.unshare(.experiment(id), withUserNamed: "bob", by: root) }
        }
    }
}
