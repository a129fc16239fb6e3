import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import Synchronization
import Testing

/// Blobs of lengths around the chunk size come back whole and by range; anything done to the file is noticed.
@Suite struct EncryptedBlobStoreTests {
    private static let chunk = 65_536
    private static let sizes = [
        0, 1, 15, 16, 17, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1, 4 * chunk, 4 * chunk + 1,
        5 * chunk + 7, 8 * chunk, 9 * chunk - 1,
    ]

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
            let size = 9 * Self.chunk + 10
            let bytes = Self.pattern(size)
            let stored = try await store.write(Self.pieces(bytes, 50_000))
            let marks = [
                0, 1, Self.chunk - 1, Self.chunk, Self.chunk + 1, 2 * Self.chunk, 4 * Self.chunk - 1, 4 * Self.chunk, 8 * Self.chunk + 1,
                size - 1, size, size + 5,
            ]
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

    /// Which record names which blob is not part of the blob.
    @Test(arguments: [0, 1, chunk, 9 * chunk + 10])
    func otherBytesThanTheRecordSaysAreNeverWhole(_ size: Int) async throws {
        try await withStore { store, _ in
            let bytes = Self.pattern(size)
            let stored = try await store.write(Self.pieces(bytes, 50_000))
            var read: [UInt8] = []
            for try await piece in try await store.open(stored.id, range: nil, digest: stored.digest) { read += piece }
            #expect(read == bytes)
            var partly: [UInt8] = []
            let other = SHA256Hasher.digest(of: bytes + [0])
            let error = await #expect(throws: AssayError.self) {
                for try await piece in try await store.open(stored.id, range: nil, digest: other) { partly += piece }
            }
            #expect(error?.code == .corrupt && (partly.count < size || size == 0))
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

    @Test func anOpenedBlobIsReadToItsEndAfterItsRemoval() async throws {
        try await withStore { store, _ in
            let bytes = Self.pattern(9 * Self.chunk)
            let stored = try await store.write(Self.pieces(bytes, 50_000))
            let opened = try await store.open(stored.id, range: nil, digest: nil)
            try await store.remove(stored.id)
            var read: [UInt8] = []
            for try await piece in opened { read += piece }
            #expect(read == bytes)
            await #expect(throws: AssayError.self) { try await store.open(stored.id, range: nil, digest: nil) }
        }
    }

    @Test func whatCannotBeMentionedIsNotKept() async throws {
        try await withStore { store, folder in
            await #expect(throws: AssayError.self) {
                try await store.write(Self.pieces([1, 2], 1), expectedBytes: nil) { _ in throw AssayError(.conflict, "taken") }
            }
            let refused = try Self.files(folder)
            #expect(refused.isEmpty)
            // Whether the mention is there cannot be known, so the bytes stay until a sweep has looked.
            await #expect(throws: AssayError.self) {
                try await store.write(Self.pieces([1, 2], 1), expectedBytes: nil) { _ in throw AssayError(.unavailable, "no answer") }
            }
            let unclear = try Self.files(folder)
            #expect(unclear.count == 1)
        }
    }

    @Test func anAnnouncedFileThatCannotFitIsRefusedUnread() async throws {
        try await withStore { store, folder in
            let chunks = AsyncThrowingStream<[UInt8], any Error> { throw AssayError(.internalFault, "read") }
            let error = await #expect(throws: AssayError.self) {
                try await store.write(chunks, expectedBytes: .max) { $0 }
            }
            #expect(error?.code == .storageFull)
            let left = try Self.files(folder)
            #expect(left.isEmpty)
        }
    }

    @Test func aSweepRemovesWhatNobodyMentions() async throws {
        try await withStore { store, folder in
            let kept = try await store.write(Self.pieces([1], 1))
            let orphan = try await store.write(Self.pieces([2], 1))
            let cut = "\(folder)/ab/ab\(String(repeating: "0", count: 30)).tmp"
            try Disk.createDirectory("\(folder)/ab")
            try Disk.create(cut, [1], mode: 0o600)
            let foreign = "\(folder)/ab/notes.txt"
            try Disk.create(foreign, [1], mode: 0o600)
            let mentions: @Sendable ([BlobID]) -> Set<BlobID> = { Set($0).intersection([kept.id]) }
            #expect(try await store.sweep(lastWrittenBefore: 0, mentioned: mentions) == 0)
            #expect(try await store.sweep(lastWrittenBefore: .max, mentioned: mentions) == 2)
            #expect(try Self.files(folder) == [kept.id.hex, "notes.txt"].sorted())
            #expect(try await store.readAll(kept.id, limit: 1) == [1])
            await #expect(throws: AssayError.self) { try await store.readAll(orphan.id, limit: 1) }
        }
    }

    /// A sweep runs at each step of an upload: before the first byte is on the disk, and between the blob and its mention.
    @Test func aSweepLeavesWhatIsBeingWritten() async throws {
        try await withStore { store, folder in
            let sweep: @Sendable () async throws -> Void = { _ = try await store.sweep(lastWrittenBefore: .max) { _ in [] } }
            let bytes = Self.pattern(7 * Self.chunk)
            let places = Mutex(0)
            let chunks = AsyncThrowingStream<[UInt8], any Error> {
                try await sweep()
                let start = places.withLock { place in
                    defer { place += Self.chunk }
                    return place
                }
                return start < bytes.count ? Array(bytes[start..<(start + Self.chunk)]) : nil
            }
            let stored = try await store.write(chunks, expectedBytes: Int64(bytes.count)) { stored in
                try await sweep()
                return stored
            }
            #expect(try await store.readAll(stored.id, limit: bytes.count) == bytes)
            try await sweep()
            #expect(try Self.files(folder).isEmpty)
        }
    }

    /// The names of all files below the shelves, sorted.
    private static func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .flatMap { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\($0)") }.sorted()
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
