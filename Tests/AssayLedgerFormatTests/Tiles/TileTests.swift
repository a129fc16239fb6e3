import AssayTerms
import Testing

@testable import AssayLedgerFormat

/// Names and contents of tiles as C2SP's tlog-tiles has them.
@Suite struct TileTests {
    @Test(arguments: [
        (TilePath(.hashes(level: 0), index: 0), "tile/0/000"),
        (TilePath(.hashes(level: 0), index: 1_234_067), "tile/0/x001/x234/067"),
        (TilePath(.hashes(level: 2), index: 999), "tile/2/999"),
        (TilePath(.hashes(level: 1), index: 1000, width: 17), "tile/1/x001/000.p/17"),
        (TilePath(.entries, index: 273, width: 112), "tile/entries/273.p/112"),
        (TilePath(.entries, index: 0), "tile/entries/000"),
        (TilePath(.hashes(level: 63), index: .max, width: 1), "tile/63/x018/x446/x744/x073/x709/x551/615.p/1"),
    ])
    func names(path: TilePath, text: String) {
        #expect(path.text == text)
        #expect(TilePath(text) == path)
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/001/002", "tile/64/000",
        "tile/-1/000", "tile/00/000", "tile/0/000.p", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
        "tile/0/000/1", "tile/0/+01", "tile/entry/000", "/tile/0/000", "tile/0/000/", "tile/0/x001/x234/x067",
        "tile/0/xx01/000", "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/../000", "tile/0/é00",
    ])
    func otherNamesAreRefused(text: String) {
        #expect(TilePath(text) == nil)
    }

    // The example of the specification: a tree of 70,000.
    @Test func tilesOfATree() {
        let paths = TilePath.all(treeSize: 70_000)
        #expect(paths.filter { $0.content == .hashes(level: 0) && !$0.isPartial }.count == 273)
        #expect(paths.contains(TilePath(.hashes(level: 0), index: 273, width: 112)))
        #expect(paths.contains(TilePath(.hashes(level: 1), index: 0)))
        #expect(paths.contains(TilePath(.hashes(level: 1), index: 1, width: 17)))
        #expect(paths.contains(TilePath(.hashes(level: 2), index: 0, width: 1)))
        #expect(paths.filter { $0.content == .entries }.count == 274)
        #expect(paths.count == 274 + 2 + 1 + 274)

        #expect(TilePath.all(treeSize: 0) == [])
        #expect(TilePath.all(treeSize: 256).map(\.text) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"])
    }

    @Test func bundlesHoldEntriesWithTheirLengths() throws {
        let entries: [[UInt8]] = [[], [1], Array(repeating: 2, count: 300), Array(repeating: 3, count: 65_535)]
        var bytes: [UInt8] = []
        for entry in entries { EntryBundle.append(entry, to: &bytes) }
        #expect(Array(bytes.prefix(7)) == [0, 0, 0, 1, 1, 1, 44])
        #expect(try EntryBundle.entries(in: bytes, count: 4) == entries)
        #expect(EntryBundle.prefix(of: bytes, count: 2) == [0, 0, 0, 1, 1])
        #expect(EntryBundle.prefix(of: bytes, count: 4) == bytes)
        #expect(EntryBundle.prefix(of: bytes, count: 5) == nil)
        #expect(throws: AssayError.self) { try EntryBundle.entries(in: bytes, count: 3) }
        #expect(throws: AssayError.self) { try EntryBundle.entries(in: bytes, count: 5) }
        for cut in [1, 2, 3, 100, bytes.count - 1] {
            #expect(throws: AssayError.self) { try EntryBundle.entries(in: Array(bytes.prefix(cut)), count: 4) }
        }
    }

    @Test func tilesHoldHashes() throws {
        let hashes = (0..<3).map { MerkleHash.leaf([$0]) }
        let bytes = TileHashes.bytes(hashes)
        #expect(try TileHashes.hashes(in: bytes, width: 3) == hashes)
        #expect(throws: AssayError.self) { try TileHashes.hashes(in: bytes, width: 2) }
        #expect(throws: AssayError.self) { try TileHashes.hashes(in: bytes + [0], width: 3) }
    }
}
