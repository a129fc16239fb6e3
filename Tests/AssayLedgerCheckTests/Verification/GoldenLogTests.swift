import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import Foundation
import Testing

@testable import AssayLedgerCheck

/// Tests/Fixtures/ledger was made by scripts/fixtures/ledger.py from the specifications alone: the verifier accepts
/// it, and the server's own code writes the same bytes.
@Suite struct GoldenLogTests {
    private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/ledger").path

    @Test func isVerified() throws {
        let files = FolderLogFiles(folder: folder)
        let since = try #require(try files.read("checkpoints"))
        let report = try LogVerifier.verify(files: files, since: since)
        #expect(report.findings == [])
        #expect(report.size == 300)
        #expect(report.comparedSizes == [0, 1, 256, 300])
    }

    @Test func isWhatTheServerWrites() async throws {
        let golden = FolderLogFiles(folder: folder)
        let origin = "assay/" + String(repeating: "5e", count: 16)
        let key = try NoteSigningKey(name: origin, key: Ed25519.SigningKey(rawBytes: (0..<32).map { UInt8($0) }))
        #expect(try golden.read("vkey") == Array((key.verificationKey.vkey + "\n").utf8))

        let path = NSTemporaryDirectory() + "assay-golden-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let leaves = (0..<300).map { number in
            Array(String(repeating: "entry \(number) ", count: number % 5 + 1).utf8)
        }
        let source = FixedSource(leaves: leaves)
        let ledger = Ledger(files: try PosixLedgerFiles(folder: path), key: key, source: source)
        for size in [0, 1, 256, 300] {
            await source.show(size)
            try await ledger.publishNow()
        }
        let written = FolderLogFiles(folder: path)
        let names = try #require(try golden.paths()).filter { $0 != "vkey" }
        #expect(try written.paths() == names)
        for name in names { #expect(try written.read(name) == golden.read(name), "\(name)") }
    }
}
