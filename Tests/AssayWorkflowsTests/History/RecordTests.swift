import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Leaf and payload belong together, the leaf tells nothing, and an entry lives and dies with its change.
@Suite struct RecordTests {
    private static let canary = "canary-9f3b-Zoë"

    private func recordOne(_ house: House) async throws -> LedgerEntryRecord {
        let useCases = house.useCases
        let id = try await house.store.write { tx in
            try useCases.record(
                kind: "test.done", by: .localOperator, topics: ["model:x"], domain: "model:x",
                payload: ["note": .string(Self.canary)], in: tx)
        }
        return try #require(try await house.store.read { try $0.ledgerEntry(id: id) })
    }

    @Test func thePayloadIsSealedAndTheLeafTellsNothing() async throws {
        try await House.with { house in
            let entry = try await recordOne(house)
            let leaf = try LedgerLeaf(parsing: entry.leaf)
            #expect(leaf.id == entry.id)
            #expect(leaf.kind == "test.done")
            #expect(leaf.actor == "local-operator")
            #expect(leaf.milliseconds == entry.recordedMilliseconds)
            for bytes in [entry.leaf, try #require(entry.sealedPayload)] {
                #expect(!String(decoding: bytes, as: UTF8.self).contains("canary"))
            }
            #expect(try house.useCases.payload(of: entry) == ["note": .string(Self.canary)])
        }
    }

    @Test func equalPayloadsHaveDifferentLeaves() async throws {
        try await House.with { house in
            let (one, two) = (try await recordOne(house), try await recordOne(house))
            #expect(try LedgerLeaf(parsing: one.leaf).payloadDigest != LedgerLeaf(parsing: two.leaf).payloadDigest)
        }
    }

    @Test func aMovedOrChangedPayloadIsNoticed() async throws {
        try await House.with { house in
            let (one, two) = (try await recordOne(house), try await recordOne(house))
            func with(_ sealed: [UInt8]?) -> LedgerEntryRecord {
                LedgerEntryRecord(
                    id: one.id, kind: one.kind, recordedMilliseconds: one.recordedMilliseconds, leaf: one.leaf,
                    sealedPayload: sealed, domain: one.domain, topics: one.topics)
            }
            _ = await refusal(.corrupt) { _ = try house.useCases.payload(of: with(two.sealedPayload)) }
            var changed = try #require(one.sealedPayload)
            changed[changed.count - 1] ^= 1
            _ = await refusal(.corrupt) { _ = try house.useCases.payload(of: with(changed)) }
            _ = await refusal(.corrupt) { _ = try house.useCases.payload(of: with([])) }
            #expect(try house.useCases.payload(of: with(nil)) == nil)
        }
    }

    @Test func destroyingTheKeyErasesThePayloadAndKeepsTheLeaf() async throws {
        try await House.with(tampers: true) { house in
            let entry = try await recordOne(house)
            try house.useCases.keyring.destroy(domain: "model:x")
            #expect(try house.useCases.payload(of: entry) == nil)
            #expect(try LedgerLeaf(parsing: entry.leaf).id == entry.id)
            let kinds = try await house.kinds()
            #expect(kinds == ["test.done"])
            // Nobody entered that it was to be erased.
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == false)
        }
    }

    @Test func aFailedChangeLeavesNoEntry() async throws {
        try await House.with { house in
            let useCases = house.useCases
            _ = await refusal(.conflict) {
                try await house.store.write { tx in
                    try useCases.record(
                        kind: "test.done", by: .anonymous, topics: [], domain: "x", payload: [:], in: tx)
                    throw AssayError(.conflict, "no")
                }
            }
            let kinds = try await house.kinds()
            #expect(kinds == [])
        }
    }
}
