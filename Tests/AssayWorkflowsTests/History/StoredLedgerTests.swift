import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// From a change to a proof: what use cases record is numbered, published and provable, and nothing else is.
@Suite struct StoredLedgerTests {
    private func ledger(_ house: House) throws -> (Ledger, NoteSigningKey) {
        let files = try PosixLedgerFiles(folder: house.path + "/ledger")
        let key = try LogKey.openOrCreate(
            keysFolder: house.path + "/keys", files: files, randomBytes: { SecureRandom.bytes($0) })
        return (Ledger(files: files, key: key, source: StoredLedger(store: house.store)), key)
    }

    @Test func aChangeBecomesProvable() async throws {
        try await House.with { house in
            let (ledger, key) = try ledger(house)
            var useCases = house.useCases
            useCases.log = LedgerLog(ledger)
            #expect(try await useCases.publishedSize() == 0)
            _ = await refusal(.notFound) { _ = try await useCases.logResource("checkpoint") }
            for name in ["a", "b", "c"] as [Text] {
                _ = try await useCases.createRegisteredModel(named: name, tags: [], description: nil, by: .anonymous)
            }
            let waiting = try #require(try await useCases.modelHistory("b").first)
            #expect(waiting.index == nil)
            #expect(waiting.state(publishedSize: 0) == "recorded")
            _ = await refusal(.notFound) { _ = try await useCases.logProof(entryID: waiting.id) }

            try await ledger.publishNow()
            let size = try await useCases.publishedSize()
            #expect(size == 3)
            let published = try #require(try await useCases.modelHistory("b").first)
            #expect(published.index == 1)
            #expect(published.state(publishedSize: size) == "published")
            let record = try #require(try await house.store.read { try $0.ledgerEntry(id: published.id) })
            let proof = try TlogProof(parsing: try await useCases.logProof(entryID: published.id))
            #expect(proof.index == 1)
            #expect(try proof.proves(entry: record.leaf, key: key.verificationKey))
            var other = record.leaf
            other[other.count - 2] ^= 1
            #expect(try !proof.proves(entry: other, key: key.verificationKey))

            _ = try await useCases.createRegisteredModel(named: "d", tags: [], description: nil, by: .anonymous)
            let next = try #require(try await useCases.modelHistory("d").first)
            #expect(next.state(publishedSize: try await useCases.publishedSize()) == "recorded")
            try await ledger.publishNow()
            #expect(try await useCases.logConsistency(from: 3).path.isEmpty == false)
            _ = await refusal(.notFound) { _ = try await useCases.logProof(entryID: "nope") }
            _ = await refusal(.notFound) { _ = try await useCases.logProof(index: 4) }
            _ = await refusal(.invalidArgument) { _ = try await useCases.logConsistency(from: 5) }
            for path in ["../keys/log.key", "/etc/passwd", "tile/../vkey", "", "tile/9/9"] {
                _ = await refusal(.notFound) { _ = try await useCases.logResource(path) }
            }
            #expect(try await useCases.logResource("tile/entries/000.p/4").isEmpty == false)
        }
    }

    /// Names, comments and values never reach the published folder.
    @Test func whatIsPublishedHoldsNoNames() async throws {
        try await House.with { house in
            let (ledger, _) = try ledger(house)
            let useCases = house.useCases
            let (root, _) = try await useCases.createFirstAdministrator(named: "canary-person")
            _ = try await useCases.createUser(named: "canary-second", roles: [.validator], by: root.principal)
            _ = try await useCases.createRegisteredModel(
                named: "canary-model", tags: [KeyValue(key: "canary-key", value: "canary-value")],
                description: "canary-words", by: root.principal)
            try await useCases.setTag(
                KeyValue(key: "canary-tag", value: "canary-other"), ofModelNamed: "canary-model", by: root.principal)
            try await ledger.publishNow()
            let size = try await ledger.publishNow().size
            let bundle = try #require(try await ledger.resource("tile/entries/000.p/\(size)"))
            let text = String(decoding: bundle, as: UTF8.self)
            #expect(text.contains("model.tag-set"), "the bundle is not what this test believes it to be")
            #expect(!text.contains("canary"))
        }
    }

    @Test func indexesAreGivenOnceAndInOrder() async throws {
        try await House.with { house in
            let source = StoredLedger(store: house.store)
            let useCases = house.useCases
            for name in ["a", "b"] as [Text] {
                _ = try await useCases.createRegisteredModel(named: name, tags: [], description: nil, by: .anonymous)
            }
            let entries = try await source.unsequenced(limit: 10)
            #expect(entries.count == 2)
            _ = await refusal(.conflict) { try await source.assign(firstIndex: 1, to: entries) }
            _ = await refusal(.conflict) { try await source.assign(firstIndex: UInt64.max, to: entries) }
            _ = await refusal(.conflict) { try await source.assign(firstIndex: 0, to: entries.reversed()) }
            try await source.assign(firstIndex: 0, to: entries)
            _ = await refusal(.conflict) { try await source.assign(firstIndex: 0, to: entries) }
            let (count, leaves) = (try await source.sequencedCount(), try await source.leaves(in: 0..<2))
            #expect(count == 2)
            #expect(try leaves.map { try LedgerLeaf(parsing: $0).id } == entries.map(\.id))
        }
    }
}
