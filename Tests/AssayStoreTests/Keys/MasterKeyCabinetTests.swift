import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import Testing

/// Whatever a change of the master key is cut short by, the key in force is the one that opens the data keys.
@Suite struct MasterKeyCabinetTests {
    /// Fails at the nth key it wraps anew, and keeps nothing of that.
    // Safe: each test has a store of its own and uses it from one thread.
    private final class FailingStore: WrappedKeyStore, @unchecked Sendable {
        let kept = MemoryKeyStore()
        var failsAt: Int?

        func key(domain: Text) throws -> WrappedKey? { kept.key(domain: domain) }
        func key(id: [UInt8]) throws -> WrappedKey? { kept.key(id: id) }
        func insert(_ key: WrappedKey) throws -> WrappedKey { kept.insert(key) }
        func destroy(domain: Text) throws { kept.destroy(domain: domain) }
        func forEachKey(_ visit: (WrappedKey) throws -> Void) throws -> Int { try kept.forEachKey(visit) }
        func masterCheck() throws -> [UInt8]? { kept.masterCheck() }
        func setMasterCheck(_ check: [UInt8]) throws { kept.setMasterCheck(check) }

        func rewrap(check: [UInt8], _ wrap: (WrappedKey) throws -> [UInt8]) throws -> Int {
            var count = 0
            return try kept.rewrap(check: check) { key in
                count += 1
                if count == failsAt { throw AssayError(.storageFull, "no room") }
                return try wrap(key)
            }
        }
    }

    private func cabinet(_ scratch: Scratch, _ store: any WrappedKeyStore) -> MasterKeyCabinet {
        MasterKeyCabinet(keysPath: scratch.path, store: store, randomBytes: SecureRandom.bytes)
    }

    @Test(arguments: 1...5) func aFailedRotationChangesNothing(failsAt: Int) throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let store = FailingStore()
        let cabinet = cabinet(scratch, store)
        let keyring = Keyring(store: store, master: try cabinet.open(makingAt: .file), randomBytes: { SecureRandom.bytes($0) })
        let sealed = try (0..<4).map { try keyring.seal([UInt8($0)], domain: Text("d\($0)"), context: "c") }
        store.failsAt = failsAt
        if failsAt <= 4 {
            #expect(throws: AssayError.self) { try cabinet.rotate(to: .file) }
        } else {
            #expect(try cabinet.rotate(to: .file) == 4)
        }
        let reopened = Keyring(store: store, master: try cabinet.open(), randomBytes: { SecureRandom.bytes($0) })
        for (index, value) in sealed.enumerated() { #expect(try reopened.open(value, context: "c") == [UInt8(index)]) }
        #expect(try cabinet.verify() == 4)
        store.failsAt = nil
        #expect(try cabinet.rotate(to: .file) == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix("master") } == ["master"])
    }

    @Test func aMissingKeyIsNotReplacedBehindTheBack() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let store = MemoryKeyStore()
        _ = try cabinet(scratch, store).open(makingAt: .file)
        try FileManager.default.removeItem(atPath: scratch.path + "/master")
        #expect(throws: AssayError.self) { try cabinet(scratch, store).open() }
        // Not even where one may be made: the data keys know the one they were wrapped with.
        #expect(throws: AssayError.self) { try cabinet(scratch, store).open(makingAt: .file) }
    }

    @Test func aKeyOfOtherDataIsRefusedAndLeftAlone() throws {
        let (scratch, other) = (try Scratch(), try Scratch())
        defer {
            scratch.remove()
            other.remove()
        }
        let store = MemoryKeyStore()
        _ = try cabinet(scratch, store).open(makingAt: .file)
        _ = try cabinet(other, MemoryKeyStore()).open(makingAt: .file)
        let wrong = try Data(contentsOf: URL(filePath: other.path + "/master"))
        #expect(throws: AssayError.self) { try cabinet(other, store).open() }
        #expect(try Data(contentsOf: URL(filePath: other.path + "/master")) == wrong)
    }

    @Test func aDirectoryFromBeforeTheCheckIsOpened() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try Disk.create(scratch.path + "/master", Array((String(repeating: "ab", count: 32) + "\n").utf8), mode: 0o600)
        let store = MemoryKeyStore()
        _ = try cabinet(scratch, store).open()
        #expect(store.masterCheck() != nil)
    }
}
