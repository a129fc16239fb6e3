import AssayCanonical
import AssayLedgerFormat
import Testing

@testable import AssayLedgerCheck

/// The pass over a sound tree, against the check that proves tiles downwards and shares no code with it.
@Suite struct StreamCheckTests {
    private func stream(_ log: TestLog, size: UInt64, threads: Int, wanted: Set<UInt64> = []) throws -> StreamCheck.Outcome? {
        let head = try #require(log.files["checkpoint"])
        guard case .success(let note) = CheckpointNote.read(head, from: 0) else { return nil }
        let check = StreamCheck(
            files: MemoryLogFiles(files: log.files), size: size, wanted: wanted.union([size]), recorded: nil, findsHandovers: false)
        return try check.run(root: note.root, threads: threads)
    }

    @Test(arguments: [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 700]) func rootsOfAllSizes(size: Int) async throws {
        let log = try await TestLog.make(leaves: (0..<size).map { Array("leaf \($0)".utf8) }, sizes: size > 0 ? [size] : [])
        let outcome = try #require(try stream(log, size: UInt64(size), threads: 2, wanted: Set((0...size).map { UInt64($0) })))
        var growing = GrowingTree()
        for count in 0...size {
            #expect(outcome.roots[UInt64(count)] == growing.root, "\(count)")
            growing.add(Hashing.leaf(Array("leaf \(count)".utf8)))
        }
    }

    @Test(arguments: [2]) func chunksAreJoined(threads: Int) async throws {
        let size = 65_536 + 300
        let leaves = (0..<size).map { Array("\($0)".utf8) }
        let log = try await TestLog.make(leaves: leaves, sizes: [65_000, size])
        let wanted: Set<UInt64> = [1, 255, 256, 65_000, 65_535, 65_536, 65_537, 65_792]
        let outcome = try #require(try stream(log, size: UInt64(size), threads: threads, wanted: wanted))
        var growing = GrowingTree()
        for (count, leaf) in leaves.enumerated() {
            if wanted.contains(UInt64(count)) { #expect(outcome.roots[UInt64(count)] == growing.root, "\(count)") }
            growing.add(Hashing.leaf(leaf))
        }
        for path in ["tile/2/000.p/1", "tile/1/000", "tile/1/001.p/1", "tile/0/200", "tile/entries/257.p/44"] {
            var changed = log
            try #require(changed.files[path] != nil, "\(path)")
            changed.files[path]?[3] ^= 1
            #expect(try stream(changed, size: UInt64(size), threads: threads) == nil, "\(path)")
        }
    }

    @Test func anyChangedByteStopsIt() async throws {
        let log = try await TestLog.make(sizes: [257])
        var count = 0
        for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) where path.hasPrefix("tile/") {
            for offset in stride(from: 0, to: bytes.count, by: 37) {
                var changed = bytes
                changed[offset] ^= 16
                #expect(try stream(log.replacing(path, with: changed), size: 257, threads: 1) == nil, "\(path), byte \(offset)")
                count += 1
            }
            for cut in [Array(bytes.dropLast()), bytes + [0], []] {
                #expect(try stream(log.replacing(path, with: cut), size: 257, threads: 1) == nil, "\(path)")
            }
            #expect(try stream(log.replacing(path, with: nil), size: 257, threads: 1) == nil, "\(path)")
        }
        #expect(count > 1000)
    }
}
