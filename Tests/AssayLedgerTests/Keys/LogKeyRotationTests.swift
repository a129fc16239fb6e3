import AssayCanonical
import AssayTerms
import Foundation
import Testing

@testable import AssayLedger
@testable import AssayLedgerFormat

/// A rotation interrupted at every change of a file goes on with one key or the other, and is finished by the next try.
@Suite struct LogKeyRotationTests {
    private let folder: TemporaryFolder
    private let keys: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        keys = try TemporaryFolder()
    }

    private func open(_ files: any LedgerFiles, keys: TemporaryFolder) throws -> NoteSigningKey {
        try LogKey.openOrCreate(keysFolder: keys.path, files: files) { SecureRandom.bytes($0) }
    }

    private func ledger(_ files: any LedgerFiles, _ source: MemorySource, keys: TemporaryFolder) throws -> Ledger {
        let key = try open(files, keys: keys)
        return Ledger(
            files: files, key: key, formerKeys: try LogKeyRotation.formerKeys(keysFolder: keys.path), source: source)
    }

    private func rotate(_ files: any LedgerFiles, keys: TemporaryFolder) throws {
        let current = try open(files, keys: keys).verificationKey
        let next = try LogKeyRotation.prepare(keysFolder: keys.path, origin: current.name) { SecureRandom.bytes($0) }
        try LogKeyRotation.complete(keysFolder: keys.path, files: files, current: current, next: next)
    }

    @Test func theNextKeySignsOn() async throws {
        let files = try PosixLedgerFiles(folder: folder.path)
        let source = MemorySource()
        await source.record(5)
        try await ledger(files, source, keys: keys).publishNow()
        let first = try #require(try LogKey.publicKey(in: files))
        for round in 1...3 {
            try rotate(files, keys: keys)
            let ledger = try ledger(files, source, keys: keys)
            #expect(ledger.verificationKey != first)
            #expect(ledger.verificationKey.name == first.name)
            try await ledger.publishNow()
            let head = try #require(try await ledger.checkpoint())
            #expect(head.isSigned(by: ledger.verificationKey))
            await source.record(2)
            #expect(try await ledger.publishNow().size == UInt64(5 + 2 * round))
            let listed = try #require(try files.read("vkeys"))
            #expect(listed.split(separator: 0x0A).count == round + 1)
        }
        #expect(try LogKeyRotation.formerKeys(keysFolder: keys.path).first == first)
        let status = try FileManager.default.attributesOfItem(atPath: keys.path + "/log.key")
        #expect(status[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: keys.path).sorted() == ["log.former", "log.key"])
    }

    @Test(arguments: FailingFiles.Manner.allCases)
    func anInterruptionAnywhereLeavesAKeyInUse(manner: FailingFiles.Manner) async throws {
        var change = 0
        var finished = false
        while !finished {
            change += 1
            let folder = try TemporaryFolder()
            let keys = try TemporaryFolder()
            let source = MemorySource()
            let plain = try PosixLedgerFiles(folder: folder.path)
            await source.record(3)
            try await ledger(plain, source, keys: keys).publishNow()
            let failing = FailingFiles(files: plain, failingAt: change, manner: manner)
            _ = try? rotate(failing, keys: keys)
            finished = !failing.hasFailed
            // The next start goes on, signs, and shows the key it signs with.
            await source.record(2)
            let next = try ledger(plain, source, keys: keys)
            #expect(try await next.publishNow().size == 5)
            #expect(try LogKey.publicKey(in: plain) == next.verificationKey, "change \(change)")
            let head = try #require(try await next.checkpoint())
            #expect(head.isSigned(by: next.verificationKey))
            // And another rotation, or the rest of this one, succeeds.
            try rotate(plain, keys: keys)
            await source.record(1)
            #expect(try await ledger(plain, source, keys: keys).publishNow().size == 6)
        }
        #expect(change > 8, "a rotation changes several files")
    }

    @Test func anotherKeyIsNoRotation() async throws {
        let files = try PosixLedgerFiles(folder: folder.path)
        _ = try open(files, keys: keys)
        try FileManager.default.removeItem(atPath: keys.path + "/log.key")
        _ = FileManager.default.createFile(
            atPath: keys.path + "/log.key", contents: Data(SecureRandom.bytes(32)), attributes: [.posixPermissions: 0o600])
        #expect(throws: AssayError.self) { try open(files, keys: keys) }
        // Not even if the public folder lists it: what was replaced is known beside the keys alone.
        let known = try #require(try LogKey.publicKey(in: files))
        let raw = [UInt8](try Data(contentsOf: URL(filePath: keys.path + "/log.key")))
        let forged = try NoteSigningKey(name: known.name, key: Ed25519.SigningKey(rawBytes: raw))
        try files.write(Array("\(known.vkey)\n\(forged.verificationKey.vkey)\n".utf8), to: "vkeys")
        #expect(throws: AssayError.self) { try open(files, keys: keys) }
    }
}
