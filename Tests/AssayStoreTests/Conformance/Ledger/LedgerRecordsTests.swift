import AssayStore
import AssayTerms
import Testing

/// The ledger's records: recorded with their change, numbered afterwards without gaps, never changed.
@Suite(.everyDriver) struct LedgerRecordsTests {
    private static func entry(_ number: Int, topics: [String] = ["model:a"]) -> LedgerEntryRecord {
        LedgerEntryRecord(
            id: "e\(number)", kind: "test", recordedMilliseconds: Int64(number), leaf: [UInt8(number), 0, 255],
            sealedPayload: [1, 2], domain: "registry", topics: topics)
    }

    @Test func anEntryIsRecordedWithoutAnIndexAndNumberedInOrder() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in for number in 0..<5 { try tx.appendLedgerEntry(Self.entry(number)) } }
            let waiting = try await store.read { try $0.unsequencedEntries(limit: 3) }
            #expect(waiting.map(\.id) == ["e0", "e1", "e2"])
            #expect(waiting.allSatisfy { $0.index == nil })
            let first = try await store.write { try $0.assignLedgerIndexes(toOrdinals: waiting.map(\.ordinal)) }
            #expect(first == 0)
            let rest = try await store.read { try $0.unsequencedEntries(limit: 10) }
            #expect(rest.map(\.id) == ["e3", "e4"])
            let second = try await store.write { try $0.assignLedgerIndexes(toOrdinals: rest.map(\.ordinal)) }
            #expect(second == 3)
            let (count, leaves, third, tail) = try await store.read { tx in
                try (tx.sequencedCount(), tx.ledgerLeaves(1..<4), tx.ledgerEntry(index: 2), tx.ledgerLeaves(4..<99))
            }
            #expect(count == 5)
            #expect(leaves == [[1, 0, 255], [2, 0, 255], [3, 0, 255]])
            #expect(tail == [[4, 0, 255]])
            #expect(third?.id == "e2")
            #expect(try await store.read { try $0.ledgerEntry(id: "e4")?.index } == 4)
        }
    }

    @Test func theFirstEntryBeyondAMomentIsFoundWhereTheClockWasSetBack() async throws {
        try await withTemporaryStore { store in
            // Recorded at 0, 5, 3 and 8: the clock was set back before the third.
            for number in [0, 5, 3, 8] { try await store.write { try $0.appendLedgerEntry(Self.entry(number)) } }
            let ordinals = try await store.read { try $0.unsequencedEntries(limit: 4).map(\.ordinal) }
            for (moment, place) in [(-1, 0), (0, 1), (3, 1), (4, 1), (5, 3), (7, 3)] as [(Int64, Int)] {
                #expect(try await store.read { try $0.firstOrdinal(recordedAfter: moment) } == ordinals[place], "\(moment)")
            }
            #expect(try await store.read { try $0.firstOrdinal(recordedAfter: 8) } == nil)
        }
    }

    @Test func numberingNeitherSkipsNorRepeats() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in for number in 0..<4 { try tx.appendLedgerEntry(Self.entry(number)) } }
            let ordinals = try await store.read { try $0.unsequencedEntries(limit: 4).map(\.ordinal) }
            for wrong in [[ordinals[1]], [ordinals[0], ordinals[2]], [ordinals[1], ordinals[0]], [ordinals[0], 99], [99]] {
                await #expect(throws: AssayError.self, "\(wrong)") {
                    _ = try await store.write { try $0.assignLedgerIndexes(toOrdinals: wrong) }
                }
            }
            #expect(try await store.read { try $0.sequencedCount() } == 0)
            _ = try await store.write { try $0.assignLedgerIndexes(toOrdinals: ordinals) }
            await #expect(throws: AssayError.self) {
                _ = try await store.write { try $0.assignLedgerIndexes(toOrdinals: [ordinals[0]]) }
            }
        }
    }

    @Test func aFailedUseCaseLeavesNoEntry() async throws {
        try await withTemporaryStore { store in
            await #expect(throws: AssayError.self) {
                try await store.write { tx in
                    try tx.appendLedgerEntry(Self.entry(1))
                    throw AssayError(.conflict, "no")
                }
            }
            let kept = try await store.read { try $0.ledgerEntries(after: 0, limit: 10) }
            #expect(kept.isEmpty)
        }
    }

    @Test func entriesAreFoundByWhatTheyAreAbout() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                try tx.appendLedgerEntry(Self.entry(0, topics: ["model:a", "model:b", "model:a"]))
                try tx.appendLedgerEntry(Self.entry(1, topics: ["model:b"]))
                try tx.appendLedgerEntry(Self.entry(2, topics: []))
            }
            func about(_ topics: [String], after: Int64 = 0, limit: Int = 10) async throws -> [String] {
                try await store.read { try $0.ledgerEntries(about: topics, after: after, limit: limit).map(\.id) }
            }
            #expect(try await about(["model:a"]) == ["e0"])
            #expect(try await about(["model:a", "model:b"]) == ["e0", "e1"])
            #expect(try await about(["model:b"], after: 1) == ["e1"])
            #expect(try await about(["model:b"], limit: 1) == ["e0"])
            #expect(try await about([]) == [])
            #expect(try await store.read { try $0.ledgerEntry(id: "e0")?.topics } == ["model:a", "model:b"])
        }
    }

    @Test func erasureLeavesTheLeaf() async throws {
        try await withTemporaryStore { store in
            try await store.write { try $0.appendLedgerEntry(Self.entry(0)) }
            try await store.write { try $0.eraseLedgerPayload(id: "e0") }
            let entry = try await store.read { try $0.ledgerEntry(id: "e0") }
            #expect(entry?.sealedPayload == nil)
            #expect(entry?.leaf == [0, 0, 255])
        }
    }

    @Test func anEntryIdIsTakenOnce() async throws {
        try await withTemporaryStore { store in
            try await store.write { try $0.appendLedgerEntry(Self.entry(0)) }
            await #expect(throws: AssayError.self) { try await store.write { try $0.appendLedgerEntry(Self.entry(0)) } }
        }
    }
}
