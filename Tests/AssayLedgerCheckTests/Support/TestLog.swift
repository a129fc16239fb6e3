import AssayCanonical
import AssayJSON
import AssayLedger
import AssayLedgerFormat
import AssayTerms
import Foundation

@testable import AssayLedgerCheck

/// A log written by the server's own code into a folder, read back as files in memory.
struct TestLog {
    static let key: NoteSigningKey = signer(seed: 5)
    static let vkey = key.verificationKey.vkey

    var files: [String: [UInt8]]
    var entries: [LedgerEntry]

    /// Grows through `sizes`, with a checkpoint at each; leaf `index` is made from `variant(index)`.
    static func make(
        sizes: [Int], key: NoteSigningKey = key, variant: (Int) -> Int = { _ in 0 }
    ) async throws -> TestLog {
        let entries = try (0..<(sizes.max() ?? 0)).map { try entry($0, variant: variant($0)) }
        var log = try await make(leaves: entries.map(\.leaf.bytes), sizes: sizes, key: key)
        log.entries = entries
        return log
    }

    /// A log of any leaves, without payloads.
    static func make(leaves: [[UInt8]], sizes: [Int], key: NoteSigningKey = key) async throws -> TestLog {
        let folder = NSTemporaryDirectory() + "assay-check-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try PosixLedgerFiles(folder: folder)
        try files.write(Array((key.verificationKey.vkey + "\n").utf8), to: "vkey")
        let source = FixedSource(leaves: leaves)
        let ledger = Ledger(files: files, key: key, source: source)
        try await ledger.publishNow()
        for size in sizes {
            await source.show(size)
            try await ledger.publishNow()
        }
        let reader = FolderLogFiles(folder: folder)
        var bytes: [String: [UInt8]] = [:]
        for path in try reader.paths() ?? [] { bytes[path] = try reader.read(path) }
        return TestLog(files: bytes, entries: [])
    }

    static func entry(_ index: Int, variant: Int = 0) throws -> LedgerEntry {
        let digest = SHA256Hasher.digest(of: Array("subject \(index)".utf8))
        return try LedgerEntry(
            id: String(digest.hex.prefix(32)), kind: "version.registered",
            milliseconds: 1_700_000_000_000 + Int64(index) * 1000 + Int64(variant), actor: "user:\(index % 3)",
            subjects: index % 2 == 0 ? [] : [LedgerLeaf.Subject(type: "manifest", digest: digest, revision: 1)],
            payload: ["name": .string("model \(index)")], salt: [UInt8](repeating: UInt8(index % 256), count: 32))
    }

    static func signer(seed: UInt8) -> NoteSigningKey {
        let origin = Checkpoint.origin(randomBytes: [UInt8](repeating: 0xC3, count: 16))
        guard let key = try? Ed25519.SigningKey(rawBytes: [UInt8](repeating: seed, count: 32)),
            let signer = try? NoteSigningKey(name: origin, key: key)
        else { preconditionFailure("a seed has 32 bytes") }
        return signer
    }

    var database: [DatabaseEntry] {
        entries.enumerated().map { index, entry in
            DatabaseEntry(
                index: UInt64(index), leaf: entry.leaf.bytes,
                payload: .digest(LedgerEntry.payloadDigest(salt: entry.salt, payload: entry.payload).bytes))
        }
    }

    func verify(
        key: String? = vkey, since: [UInt8]? = nil, database: [DatabaseEntry]? = nil
    ) throws -> VerificationReport {
        try LogVerifier.verify(files: MemoryLogFiles(files: files), key: key, since: since, database: database.map(MemoryRecordedEntries.init))
    }

    /// The same log with one file's bytes exchanged, or without the file.
    func replacing(_ path: String, with bytes: [UInt8]?) -> TestLog {
        var log = self
        log.files[path] = bytes
        return log
    }
}

/// A source that shows the sequencer more and more of a fixed list.
actor FixedSource: LedgerSource {
    private let leaves: [[UInt8]]
    private var shown = 0
    private var sequenced = 0

    init(leaves: [[UInt8]]) { self.leaves = leaves }

    func show(_ count: Int) { shown = count }

    func unsequenced(limit: Int) -> [UnsequencedEntry] {
        (sequenced..<max(shown, sequenced)).prefix(limit).map { UnsequencedEntry(id: "\($0)", ordinal: Int64($0)) }
    }

    func assign(firstIndex: UInt64, to entries: [UnsequencedEntry]) { sequenced += entries.count }
    func sequencedCount() -> UInt64 { UInt64(sequenced) }
    func leaves(in range: Range<UInt64>) -> [[UInt8]] { Array(leaves[Int(range.lowerBound)..<Int(range.upperBound)]) }
}
