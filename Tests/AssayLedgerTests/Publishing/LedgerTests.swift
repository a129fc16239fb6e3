import AssayCanonical
import AssayTerms
import Testing

@testable import AssayLedger
@testable import AssayLedgerFormat

/// Published folders are held against files computed from the definitions, after growing in every way and after
/// being interrupted at every single change of a file.
@Suite struct LedgerTests {
    private let folder: TemporaryFolder
    private let source = MemorySource()

    init() throws { folder = try TemporaryFolder() }

    private func ledger(_ files: (any LedgerFiles)? = nil, key: NoteSigningKey = testKey) throws -> Ledger {
        Ledger(files: try files ?? PosixLedgerFiles(folder: folder.path), key: key, source: source)
    }

    @Test(arguments: [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
    func publishesATreeOfAnySize(size: Int) async throws {
        await source.record(size)
        let checkpoint = try await ledger().publishNow()
        #expect(checkpoint.size == UInt64(size))
        try expectPublished(folder, await source.all)
    }

    @Test(arguments: [1, 100, 256, 300]) func growsStepByStep(step: Int) async throws {
        let ledger = try ledger()
        for _ in 0..<6 {
            await source.record(step)
            try await ledger.publishNow()
            try expectPublished(folder, await source.all)
        }
        // Publishing nothing new signs nothing new.
        let list = try folder.files()["checkpoints"]
        try await ledger.publishNow()
        #expect(try folder.files()["checkpoints"] == list)
    }

    @Test func goesOnAfterARestart() async throws {
        for size in [3, 250, 3, 1, 255, 1] {
            await source.record(size)
            try await ledger().publishNow()
            try expectPublished(folder, await source.all)
        }
    }

    @Test(arguments: FailingFiles.Manner.allCases)
    func survivesAnInterruptionAtEveryChange(manner: FailingFiles.Manner) async throws {
        // 3, then across the first full tile, then across the second: every kind of step occurs.
        let steps = [3, 254, 260]
        var change = 0
        var finished = false
        while !finished {
            change += 1
            let folder = try TemporaryFolder()
            let source = MemorySource()
            let plain = try PosixLedgerFiles(folder: folder.path)
            let failing = FailingFiles(files: plain, failingAt: change, manner: manner)
            let doomed = Ledger(files: failing, key: testKey, source: source)
            for step in steps {
                await source.record(step)
                _ = try? await doomed.publishNow()
                try expectReadable(folder, await source.all)
            }
            finished = !failing.hasFailed
            let next = Ledger(files: plain, key: testKey, source: source)
            try await next.publishNow()
            try? plain.remove(".incoming")
            try expectPublished(folder, await source.all)
            await source.record(5)
            try await next.publishNow()
            try expectPublished(folder, await source.all)
        }
        #expect(change > 60, "the steps change many files")
    }

    @Test(arguments: FailingFiles.Manner.allCases)
    func goesOnInTheSameProcessAfterAFailure(manner: FailingFiles.Manner) async throws {
        let plain = try PosixLedgerFiles(folder: folder.path)
        for change in 1...24 {
            let failing = FailingFiles(files: plain, failingAt: change, manner: manner, once: true)
            let ledger = Ledger(files: failing, key: testKey, source: source)
            await source.record(37)
            _ = try? await ledger.publishNow()
            await source.record(1)
            _ = try? await ledger.publishNow()
            try await ledger.publishNow()
            try? plain.remove(".incoming")
            try expectPublished(folder, await source.all)
        }
    }

    @Test func concurrentCallersQueue() async throws {
        let ledger = try ledger()
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await source.record(13)
                    try await ledger.publishNow()
                }
            }
        }
        try await ledger.publishNow()
        try expectPublished(folder, await source.all)
    }

    @Test func runsUntilCancelledAndTellsOfFailures() async throws {
        let ledger = try ledger()
        await source.record(10)
        let run = Task { await ledger.run(every: .milliseconds(1)) { Issue.record($0) } }
        while try await ledger.checkpoint().map({ try Checkpoint(text: $0.text).size }) != 10 {
            await Task.yield()
        }
        run.cancel()
        await run.value
        try expectPublished(folder, await source.all)

        await source.forget(to: 5)
        let (failures, continuation) = AsyncStream.makeStream(of: String.self)
        let second = try self.ledger()
        let failing = Task {
            await second.run(every: .milliseconds(1), pause: .milliseconds(1)) { continuation.yield("\($0)") }
        }
        var iterator = failures.makeAsyncIterator()
        #expect(await iterator.next()?.contains("the log has published 10") == true)
        #expect(await iterator.next() != nil, "it is tried again")
        failing.cancel()
        await failing.value
    }

    // Nothing may be signed that does not extend what was signed before.

    @Test func refusesAnOlderDatabase() async throws {
        await source.record(10)
        try await ledger().publishNow()
        await source.forget(to: 9)
        let error = await #expect(throws: AssayError.self) { try await ledger().publishNow() }
        #expect(error?.code == .conflict)
    }

    @Test(arguments: [0, 9]) func refusesADatabaseWithOtherEntries(index: Int) async throws {
        await source.record(10)
        try await ledger().publishNow()
        await source.change(index)
        let before = try folder.files()
        await #expect(throws: AssayError.self) { try await ledger().publishNow() }
        #expect(try folder.files() == before)
    }

    @Test(arguments: ["tile/0/001.p/44", "tile/1/000.p/1", "checkpoints", "checkpoint", "vkey"])
    func refusesAFolderWithChangedBytes(path: String) async throws {
        await source.record(300)
        _ = try LogKey.publicKey(in: PosixLedgerFiles(folder: folder.path))
        try await ledger().publishNow()
        let files = try PosixLedgerFiles(folder: folder.path)
        if path == "vkey" { try files.write(Array((testKey.verificationKey.vkey + "\n").utf8), to: path) }
        var bytes = try #require(try files.read(path))
        bytes[bytes.count - 10] ^= 1
        try files.write(bytes, to: path)
        await source.record(1)
        if path == "vkey" {
            #expect(throws: AssayError.self) { try LogKey.publicKey(in: files) }
        } else {
            await #expect(throws: AssayError.self) { try await ledger().publishNow() }
            #expect(try files.read(path) == bytes)
        }
    }

    @Test(arguments: ["tile/0/001.p/44", "tile/entries/001.p/44", "checkpoints"])
    func refusesAFolderWithMissingFiles(path: String) async throws {
        await source.record(300)
        try await ledger().publishNow()
        try PosixLedgerFiles(folder: folder.path).remove(path)
        await #expect(throws: AssayError.self) { try await ledger().publishNow() }
    }

    @Test func refusesAnotherKey() async throws {
        await source.record(1)
        try await ledger().publishNow()
        let other = try NoteSigningKey(name: testKey.verificationKey.name, key: Ed25519.SigningKey())
        await #expect(throws: AssayError.self) { try await ledger(key: other).publishNow() }
    }

    // What readers are given.

    @Test func answersProofsAndResources() async throws {
        let ledger = try ledger()
        #expect(try await ledger.checkpoint() == nil)
        await source.record(300)
        try await ledger.publishNow()
        await source.record(200)
        try await ledger.publishNow()
        let leaves = await source.all
        for index in [0, 255, 256, 499] {
            let proof = try await ledger.proof(index: UInt64(index))
            #expect(try proof.proves(entry: leaves[index], key: testKey.verificationKey))
        }
        await #expect(throws: AssayError.self) { try await ledger.proof(index: 500) }

        let (path, note) = try await ledger.consistency(from: 300)
        let checkpoint = try Checkpoint(note: note.bytes, signedBy: testKey.verificationKey)
        #expect(
            MerkleProof.provesConsistency(
                oldSize: 300, oldRoot: MerkleHash.root(of: leaves[..<300].map(MerkleHash.leaf)),
                newSize: checkpoint.size, newRoot: checkpoint.root, path: path))
        await #expect(throws: AssayError.self) { try await ledger.consistency(from: 501) }

        // The tiles of size 300 are gone, but their bytes can still be had.
        for (name, bytes) in expectedTiles(Array(leaves[..<300])) {
            #expect(try await ledger.resource(name) == bytes)
        }
        for name in ["../keys/log.key", "tile", "tile/0/002", "tile/0/001.p/245", "x", "", ".incoming"] {
            #expect(try await ledger.resource(name) == nil)
        }
        #expect(try await ledger.resource("checkpoint") == note.bytes)
    }

    @Test func statesOfAnEntry() {
        #expect(LedgerEntryState(index: nil, publishedSize: 9) == .recorded)
        #expect(LedgerEntryState(index: 9, publishedSize: 9) == .sequenced)
        #expect(LedgerEntryState(index: 8, publishedSize: 9) == .published)
    }
}
