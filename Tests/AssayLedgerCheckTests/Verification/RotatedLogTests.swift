import AssayCanonical
import AssayJSON
import AssayLedger
import AssayLedgerFormat
import AssayTerms
import Foundation
import Testing

@testable import AssayLedgerCheck

/// Logs whose key was exchanged: verifiers follow from any of the keys, and only where an entry leads.
@Suite struct RotatedLogTests {
    /// A log that grew under the first key, handed over in entry 3, and grew under the second.
    private struct Rotated {
        let old = TestLog.signer(seed: 5)
        let new = TestLog.signer(seed: 7)
        var files: [String: [UInt8]] = [:]

        /// - Parameters:
        ///   - named: the key that the handing over entry names.
        ///   - covers: whether the first key signs a tree with that entry.
        static func make(named: NoteSigningKey? = nil, covers: Bool = true, growsOn: Bool = true) async throws -> Rotated {
            var rotated = Rotated()
            let leaves = try (0..<9).map { number in
                try number == 3
                    ? handover(from: rotated.old, to: named ?? rotated.new).leaf.bytes : TestLog.entry(number).leaf.bytes
            }
            let folder = NSTemporaryDirectory() + "assay-rotated-" + UUID().uuidString
            let keys = folder + "-keys"
            defer { for path in [folder, keys] { try? FileManager.default.removeItem(atPath: path) } }
            try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
            let files = try PosixLedgerFiles(folder: folder)
            try files.write(Array((rotated.old.verificationKey.vkey + "\n").utf8), to: "vkey")
            let source = FixedSource(leaves: leaves)
            let first = Ledger(files: files, key: rotated.old, source: source)
            for size in [2, covers ? 5 : 3] {
                await source.show(size)
                try await first.publishNow()
            }
            let next = try LogKeyRotation.prepare(keysFolder: keys, origin: rotated.old.verificationKey.name) { count in
                rotated.new.key.rawBytes.suffix(count)
            }
            try LogKeyRotation.complete(
                keysFolder: keys, files: files, current: rotated.old.verificationKey, next: next)
            let second = Ledger(
                files: files, key: next, formerKeys: try LogKeyRotation.formerKeys(keysFolder: keys), source: source)
            try await second.publishNow()
            if growsOn {
                await source.show(9)
                try await second.publishNow()
            }
            let reader = FolderLogFiles(folder: folder)
            for path in try reader.paths() ?? [] { rotated.files[path] = try reader.read(path) }
            return rotated
        }

        private static func handover(from old: NoteSigningKey, to new: NoteSigningKey) throws -> LedgerEntry {
            func digest(_ key: NoteSigningKey) -> SHA256Digest {
                SHA256Hasher.digest(of: key.verificationKey.key.rawBytes)
            }
            return try LedgerEntry(
                id: String(repeating: "ab", count: 16), kind: "log.key-rotated", milliseconds: 1_700_000_000_000,
                actor: "local-operator",
                subjects: [.init(type: "log-key", digest: digest(old)), .init(type: "next-log-key", digest: digest(new))],
                payload: [:], salt: [UInt8](repeating: 1, count: 32))
        }

        func verify(key: NoteSigningKey?, since: [UInt8]? = nil) throws -> VerificationReport {
            try LogVerifier.verify(
                files: MemoryLogFiles(files: files), key: key?.verificationKey.vkey, since: since)
        }
    }

    @Test(arguments: [true, false]) func bothKeysLeadToTheNewestCheckpoint(growsOn: Bool) async throws {
        let log = try await Rotated.make(growsOn: growsOn)
        let list = try #require(log.files["checkpoints"])
        for key in [log.old, log.new, nil] {
            let report = try log.verify(key: key, since: list)
            #expect(report.findings == [])
            #expect(report.pending == [])
            #expect(report.keyCount == 2)
            #expect(report.comparedSizes == (growsOn ? [0, 2, 5, 9] : [0, 2, 5]))
            #expect(report.foreignSignatureCount == 0)
        }
        // Until something new is published the newest checkpoint carries both signatures.
        let head = try SignedNote(parsing: try #require(log.files["checkpoint"]))
        #expect(head.signatures.count == (growsOn ? 1 : 2))
        #expect(head.isSigned(by: log.new.verificationKey))
    }

    @Test func aKeyThatNoEntryNamesIsRefused() async throws {
        let log = try await Rotated.make(named: TestLog.signer(seed: 8))
        for key in [log.old, log.new, nil] {
            #expect(try log.verify(key: key).findings.contains { $0.file == "vkeys" && $0.line == 2 })
        }
    }

    @Test func anEntryThatTheOldKeyNeverSignedIsRefused() async throws {
        let log = try await Rotated.make(covers: false)
        #expect(try log.verify(key: log.old).findings.contains { $0.file == "vkeys" && $0.message.contains("covers") })
    }

    @Test func aThirdKeyIsRefused() async throws {
        let log = try await Rotated.make()
        #expect(try !log.verify(key: TestLog.signer(seed: 9)).isConsistent)
    }

    @Test func changedKeyFilesAreNamed() async throws {
        let log = try await Rotated.make()
        for path in ["vkeys", "vkey"] {
            let bytes = try #require(log.files[path])
            for offset in stride(from: 0, to: bytes.count, by: 3) {
                var changed = log
                changed.files[path]?[offset] ^= 1
                #expect(try changed.verify(key: log.old).findings.contains { $0.file.hasPrefix("vkey") }, "\(path), byte \(offset)")
            }
        }
        var without = log
        without.files["vkeys"] = nil
        #expect(try !without.verify(key: log.old).isConsistent)
        #expect(try !without.verify(key: log.new).isConsistent, "older checkpoints are by a key nobody vouches for")
    }

    @Test func theOldKeySignsNoMore() async throws {
        // Whoever stole the old key appends a checkpoint of their own behind those of the new one.
        var log = try await Rotated.make()
        let forged = try Checkpoint(
            origin: log.old.verificationKey.name, size: 12, root: MerkleHash.empty
        ).signed(with: log.old).bytes
        log.files["checkpoints"]? += forged
        #expect(try log.verify(key: log.new).findings.contains { $0.file == "checkpoints" })
        log.files["checkpoint"] = forged
        #expect(try !log.verify(key: log.new).isConsistent)
        #expect(try !log.verify(key: log.old).isConsistent)
    }

    @Test func changedBytesOfARotatedLogAreNamed() async throws {
        let log = try await Rotated.make()
        for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) where !path.hasPrefix("vkey") {
            for offset in stride(from: 0, to: bytes.count, by: 5) {
                var changed = log
                changed.files[path]?[offset] ^= 1
                let named = try changed.verify(key: log.old).findings.contains { finding in
                    guard finding.file == path, let start = finding.offset else { return false }
                    return start <= offset && offset < start + max(1, finding.length ?? 1)
                }
                #expect(named, "\(path), byte \(offset)")
            }
        }
    }
}
