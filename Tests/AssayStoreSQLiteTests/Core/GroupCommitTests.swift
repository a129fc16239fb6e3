import AssayStore
import AssayStoreSQLite
import AssayTerms
import Testing

/// Many use cases at once, some failing: every acknowledged change is kept, every failed one leaves nothing.
@Suite struct GroupCommitTests {
    @Test func aFailingUseCaseTakesNothingElseWithIt() async throws {
        try await withTemporaryStore { store in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<600 {
                    group.addTask {
                        do {
                            try await store.write { tx in
                                try tx.setMetaValue("written", for: "n\(number)")
                                if number.isMultiple(of: 3) { throw AssayError(.conflict, "refused \(number)") }
                            }
                            #expect(!number.isMultiple(of: 3))
                        } catch {
                            #expect((error as? AssayError)?.message == "refused \(number)")
                        }
                    }
                }
            }
            let kept = try await store.read { tx in
                try (0..<600).filter { try tx.metaValue("n\($0)") == "written" }
            }
            #expect(kept == (0..<600).filter { !$0.isMultiple(of: 3) })
        }
    }

    @Test func aReadSeesEveryWriteThatReturnedBefore() async throws {
        try await withTemporaryStore { store in
            for number in 0..<20 {
                try await store.write { try $0.setMetaValue("\(number)", for: "n") }
                #expect(try await store.read { try $0.metaValue("n") } == "\(number)")
            }
        }
    }
}
