import AssayStore
import AssayTerms
import Testing

/// Evaluators come back as they were put in; a name or a key that was somebody's is never somebody else's, a workflow only once it is free.
@Suite(.everyDriver) struct EvaluatorRecordsTests {
    private static let owner = UserRecord(
        id: String(repeating: "a", count: 32), name: "Ana", roles: [.validator], createdMilliseconds: 5)

    private static func evaluator(_ number: UInt8, name: Text) -> EvaluatorRecord {
        EvaluatorRecord(
            id: "e\(number)", name: name, userID: owner.id, credential: .key([UInt8](repeating: number, count: 32)),
            addedMilliseconds: 7)
    }

    private static func workflow(_ id: String, name: Text, ref: Text, removedMilliseconds: Int64? = nil) throws -> EvaluatorRecord {
        let pin = try WorkflowPin(
            issuer: "https://ci.example.com", audience: "assay",
            claims: [
                .init(name: "repository", value: "a\u{1F600}/\"b\""), .init(name: "workflow_ref", value: "x"), .init(name: "ref", value: ref),
            ])
        return EvaluatorRecord(
            id: id, name: name, userID: owner.id, credential: .workflow(pin), addedMilliseconds: 7, removedMilliseconds: removedMilliseconds)
    }

    @Test func aWorkflowIsOneEvaluators() async throws {
        let (first, second) = (try Self.workflow("w1", name: "ci", ref: "main"), try Self.workflow("w2", name: "cj", ref: "stable"))
        let taken = try [Self.workflow("w3", name: "ck", ref: "main"), Self.workflow("w4", name: "ci", ref: "next")]
        try await withTemporaryStore { store in
            try await store.write { tx in
                try tx.insertUser(Self.owner)
                for evaluator in [first, second] { try tx.insertEvaluator(evaluator) }
            }
            #expect(try await store.read { try $0.evaluators() } == [first, second])
            for evaluator in taken {
                await #expect(throws: AssayError.self) { try await store.write { try $0.insertEvaluator(evaluator) } }
            }
            let removed = try Self.workflow("w1", name: "ci", ref: "main", removedMilliseconds: 9)
            try await store.write { try $0.removeEvaluator(id: "w1", atMilliseconds: 9) }
            // The workflow is free again, the name is not.
            let again = try Self.workflow("w5", name: "cl", ref: "main")
            await #expect(throws: AssayError.self) { try await store.write { try $0.insertEvaluator(Self.workflow("w6", name: "ci", ref: "main")) } }
            try await store.write { try $0.insertEvaluator(again) }
            await #expect(throws: AssayError.self) { try await store.write { try $0.insertEvaluator(Self.workflow("w7", name: "cm", ref: "main")) } }
            try await store.write { try $0.removeEvaluator(id: "w5", atMilliseconds: 10) }
            let last = try Self.workflow("w8", name: "cn", ref: "main")
            try await store.write { try $0.insertEvaluator(last) }
            #expect(try await store.read { try $0.evaluators() }.filter { $0.name == "ci" || $0.name == "cn" } == [removed, last])
            let facts = try await store.read { try $0.governedFacts() }
            #expect(facts[.evaluator(name: "ci")]?.string.hasPrefix("removed, workflow ") == true)
            #expect(facts[.evaluator(name: "cn")]?.string.hasPrefix("stands, workflow ") == true)
            #expect(facts[.evaluator(name: "ci")] != facts[.evaluator(name: "cj")])
        }
    }

    @Test func anEvaluatorStandsUntilItIsRemoved() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                try tx.insertUser(Self.owner)
                try tx.insertEvaluator(Self.evaluator(2, name: "second"))
                try tx.insertEvaluator(Self.evaluator(1, name: "first"))
            }
            #expect(try await store.read { try $0.evaluators() } == [Self.evaluator(1, name: "first"), Self.evaluator(2, name: "second")])
            try await store.write { try $0.removeEvaluator(id: "e1", atMilliseconds: 9) }
            #expect(try await store.read { try $0.evaluators().map(\.removedMilliseconds) } == [9, nil])
            for id in ["e1", "e9"] {
                await #expect(throws: AssayError.self) {
                    try await store.write { try $0.removeEvaluator(id: id, atMilliseconds: 10) }
                }
            }
            for taken in [Self.evaluator(3, name: "first"), Self.evaluator(1, name: "third")] {
                await #expect(throws: AssayError.self) { try await store.write { try $0.insertEvaluator(taken) } }
            }
            let facts = try await store.read { try $0.governedFacts() }
            #expect(facts[.evaluator(name: "first")]?.string.hasPrefix("removed, 0101") == true)
            #expect(facts[.evaluator(name: "second")]?.string.hasPrefix("stands, 0202") == true)
        }
    }
}
