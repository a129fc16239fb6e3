import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// MLflow's questions about what somebody may do: they say nothing of who there is.
@Suite struct ShareTests {
    @Test func whoMayNotManageUsersLearnsNoNames() async throws {
        try await House.with { house in
            let useCases = house.useCases
            let root = try await useCases.createFirstAdministrator(named: "root").user.principal
            for name in ["ana", "bob", "eve"] as [Text] {
                _ = try await useCases.createUser(named: name, roles: [.endUser], by: root)
            }
            func principal(_ name: Text) async throws -> Principal {
                try #require(try await house.store.read { try $0.user(named: name) }).principal
            }
            let id = try await useCases.createExperiment(name: "own", artifactLocation: "", tags: [], by: principal("ana")).id
            let (ana, eve) = (try await principal("ana"), try await principal("eve"))
            func same(_ ask: (Text) async throws -> Void) async -> Bool {
                var answers: Set<String> = []
                for name in ["bob", "nobody-here"] as [Text] {
                    do {
                        try await ask(name)
                        answers.insert("answered")
                    } catch {
                        answers.insert("\(error)".replacing(name.string, with: "…"))
                    }
                }
                return answers.count == 1
            }
            for asker in [ana, eve] {
                #expect(await same { _ = try await useCases.effectiveLevel(of: .experiment(id), forUserNamed: $0, by: asker) })
                #expect(await same { _ = try await useCases.share(of: .experiment(id), withUserNamed: $0, by: asker) })
                #expect(await same { try await useCases.unshare(.experiment(id), withUserNamed: $0, by: asker) })
            }
            #expect(await same { _ = try await useCases.share(.experiment(id), withUserNamed: $0, at: .read, by: eve) })
            _ = await refusal(.permissionDenied) {
                _ = try await useCases.effectiveLevel(of: .experiment(id), forUserNamed: "nobody-here", by: eve)
            }
            #expect(try await useCases.effectiveLevel(of: .experiment(id), forUserNamed: "nobody-here", by: ana) == nil)
            #expect(try await useCases.effectiveLevel(of: .experiment(id), forUserNamed: "bob", by: ana) == nil)
            #expect(try await useCases.effectiveLevel(of: .experiment(id), forUserNamed: "ana", by: ana) == .manage)
            // An administrator knows the names, and is told of a slip.
            _ = await refusal(.notFound) {
                _ = try await useCases.effectiveLevel(of: .experiment(id), forUserNamed: "nobody-here", by: root)
            }
        }
    }
}
