import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import Testing

/// Blobs of lengths around the chunk size come back whole and by range; anything done to the file is noticed.
@Suite struct EncryptedBlobStoreTests {
    private static let chunk = 65_536
    private static let sizes = [0, 1, 15, 16, 17, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1, 5 * chunk + 7]

    @Test(arguments: sizes, [1, 1_000, 65_536, 200_000]) func comesBackWhole(size: Int, piece: Int) async throws {
        try await withStore { store, _ in
            let bytes = Self.pattern(size)
            let stored = try await store.write(Self.pieces(bytes, piece))
            #expect(stored.size == Int64(size))
            #expect(stored.digest == SHA256Hasher.digest(of: bytes))
            #expect(try await store.readAll(stored.id, limit: size) == bytes)
        }
    }

    @Test func anyRangeIsReadable() async throws {
        try await withStore { store, _ in
            let size = 2 * Self.chunk + 10
            let bytes = Self.pattern(size)
            let stored = try await store.write(Self.pieces(bytes, 50_000))
            let marks = [0, 1, Self.chunk - 1, Self.chunk, Self.chunk + 1, 2 * Self.chunk, size - 1, size, size + 5]
            for low in marks {
                for high in marks where low <= high {
                    var read: [UInt8] = []
                    for try await piece in store.read(stored.id, range: Int64(low)..<Int64(high)) { read += piece }
                    #expect(read == Array(bytes[min(low, size)..<min(high, size)]), "\(low)..<\(high)")
                }
            }
        }
    }

    @Test func cutExtendedFlippedAndRenamedFilesAreNoticed() async throws {
        try await withStore { store, folder in
            let stored = try await store.write(Self.pieces(Self.pattern(Self.chunk + 100), 9_999))
            let path = "\(folder)/\(stored.id.hex.prefix(2))/\(stored.id.hex)"
            let good = try Data(contentsOf: URL(filePath: path))
            func damaged(_ data: Data) async throws -> Bool {
                try data.write(to: URL(filePath: path))
                do { _ = try await store.readAll(stored.id, limit: 1 << 20); return false } catch is AssayError { return true }
            }
            for place in [0, 8, 24, 39, 40, 41, 40 + Self.chunk, 40 + Self.chunk + 16, good.count - 1] {
                var bad = good
                bad[place] ^= 1
                #expect(try await damaged(bad), "flipped \(place)")
            }
            for length in [0, 39, 40, 55, 56, 40 + Self.chunk + 15, 40 + Self.chunk + 16, good.count - 1] {
                #expect(try await damaged(good.prefix(length)), "cut to \(length)")
            }
            #expect(try await damaged(good + Data([0])))
            #expect(try await !damaged(good))
            let other = try await store.write(Self.pieces([1], 1))
            try good.write(to: URL(filePath: "\(folder)/\(other.id.hex.prefix(2))/\(other.id.hex)"))
            await #expect(throws: AssayError.self) { try await store.readAll(other.id, limit: 1 << 20) }
        }
    }

    @Test func aBrokenUploadLeavesNothing() async throws {
        try await withStore { store, folder in
            let broken = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Self.pattern(3 * Self.chunk))
                continuation.finish(throwing: AssayError(.unavailable, "the connection broke"))
            }
            await #expect(throws: AssayError.self) { try await store.write(broken) }
            let left = FileManager.default.enumerator(atPath: folder)?.allObjects.filter { "\($0)".count > 2 } ?? []
            #expect(left.isEmpty)
        }
    }

    @Test func thePlainBytesAreNowhereOnTheDisk() async throws {
        try await withStore { store, folder in
            let canary = Array("the-canary-in-the-model-bytes".utf8)
            let stored = try await store.write(Self.pieces(canary, 5))
            let file = try Data(contentsOf: URL(filePath: "\(folder)/\(stored.id.hex.prefix(2))/\(stored.id.hex)"))
            #expect(file.range(of: Data(canary)) == nil)
            #expect(file.count == 40 + canary.count + 16)
        }
    }

    private static func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    private static func pieces(_ bytes: [UInt8], _ size: Int) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for start in stride(from: 0, to: bytes.count, by: size) {
                continuation.yield(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            continuation.finish()
        }
    }

    private func withStore(_ body: (EncryptedBlobStore, String) async throws -> Void) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let folder = scratch.path + "/blobs"
        try Disk.createDirectory(folder)
        try await body(
            EncryptedBlobStore(folder: folder, keyring: scratch.keyring, randomBytes: { SecureRandom.bytes($0) }), folder)
    }
}
