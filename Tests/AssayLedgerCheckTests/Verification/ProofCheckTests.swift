import AssayCanonical
import AssayLedgerFormat
import Testing

@testable import AssayLedgerCheck
@testable import AssayLedger

/// Proofs that the server's code makes, checked by the verifier's own.
@Suite struct ProofCheckTests {
    @Test(arguments: [1, 2, 3, 255, 256, 257, 300]) func everyEntryIsProven(size: Int) async throws {
        let log = try await TestLog.make(sizes: [size])
        let files = MemoryFiles(log.files)
        let reader = PublishedLog(files: files)
        for index in Set([0, 1, size / 2, size - 2, size - 1]).filter({ $0 >= 0 && $0 < size }) {
            var proof = try reader.proof(index: UInt64(index))
            let entry = log.entries[index].leaf.bytes
            #expect(try ProofCheck(proof.bytes, key: TestLog.vkey, entry: entry).index == UInt64(index))
            #expect(throws: LogReadError.self) { try ProofCheck(proof.bytes, key: TestLog.vkey, entry: nil) }
            proof.extra = entry
            let check = try ProofCheck(proof.bytes, key: TestLog.vkey, entry: nil)
            #expect(check.entry == entry)
            #expect(check.size == UInt64(size))
            #expect(try TlogProof(parsing: proof.bytes) == proof)
        }
    }

    @Test func nothingElseIsProven() async throws {
        let log = try await TestLog.make(sizes: [300])
        let reader = PublishedLog(files: MemoryFiles(log.files))
        var proof = try reader.proof(index: 77)
        proof.extra = log.entries[77].leaf.bytes
        let bytes = proof.bytes
        _ = try ProofCheck(bytes, key: TestLog.vkey, entry: nil)
        for offset in bytes.indices {
            var changed = bytes
            changed[offset] ^= 1
            #expect(throws: LogReadError.self, "byte \(offset)") { try ProofCheck(changed, key: TestLog.vkey, entry: nil) }
        }
        #expect(throws: LogReadError.self) { try ProofCheck(bytes, key: TestLog.signer(seed: 6).verificationKey.vkey, entry: nil) }
        #expect(throws: LogReadError.self) { try ProofCheck(bytes, key: TestLog.vkey, entry: log.entries[78].leaf.bytes) }
        let moved = TlogProof(index: 78, path: proof.path, checkpoint: proof.checkpoint, extra: proof.extra)
        #expect(throws: LogReadError.self) { try ProofCheck(moved.bytes, key: TestLog.vkey, entry: nil) }
        for path in [Array(proof.path.dropLast()), proof.path + [proof.path[0]], []] {
            let cut = TlogProof(index: 77, path: path, checkpoint: proof.checkpoint, extra: proof.extra)
            #expect(throws: LogReadError.self) { try ProofCheck(cut.bytes, key: TestLog.vkey, entry: nil) }
        }
    }
}
