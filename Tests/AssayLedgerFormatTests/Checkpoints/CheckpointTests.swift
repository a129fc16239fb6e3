import AssayCanonical
import AssayTerms
import Testing

@testable import AssayLedgerFormat

/// A checkpoint and a proof as an auditor keeps them.
@Suite struct CheckpointTests {
    private let key: NoteSigningKey
    private let origin = Checkpoint.origin(randomBytes: [UInt8](repeating: 0xAB, count: 16))

    init() throws {
        key = try NoteSigningKey(name: origin, key: Ed25519.SigningKey(rawBytes: [UInt8](repeating: 1, count: 32)))
    }

    @Test func textIsWrittenAndReadBack() throws {
        let checkpoint = Checkpoint(origin: origin, size: 0, root: MerkleHash.empty)
        #expect(
            checkpoint.text
                == "assay/abababababababababababababababab\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
        #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
        let note = try checkpoint.signed(with: key)
        #expect(try Checkpoint(note: note.bytes, signedBy: key.verificationKey) == checkpoint)
        let other = try NoteSigningKey(name: origin, key: Ed25519.SigningKey())
        #expect(throws: AssayError.self) { try Checkpoint(note: note.bytes, signedBy: other.verificationKey) }
        let foreign = try Checkpoint(origin: "assay/other", size: 0, root: MerkleHash.empty).signed(with: key)
        #expect(throws: AssayError.self) { try Checkpoint(note: foreign.bytes, signedBy: key.verificationKey) }
    }

    @Test(arguments: [
        "", "a\n1\n", "a\n01\nX\n", "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "a\n1\nAAAA\n", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n",
        "a\n18446744073709551616\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    ])
    func otherTextsAreErrors(text: String) {
        #expect(throws: AssayError.self) { try Checkpoint(text: text) }
    }

    @Test func listsPartIntoWholeNotes() throws {
        var bytes: [UInt8] = []
        var notes: [[UInt8]] = []
        for size in 0..<4 {
            let checkpoint = Checkpoint(origin: origin, size: UInt64(size), root: MerkleHash.leaf([UInt8(size)]))
            notes.append(try checkpoint.signed(with: key).bytes)
            bytes += notes[size]
        }
        #expect(CheckpointList.notes(in: bytes).notes == notes)
        #expect(CheckpointList.notes(in: bytes).wholeLength == bytes.count)
        let torn = Array(bytes.dropLast(5))
        #expect(CheckpointList.notes(in: torn).notes == Array(notes.dropLast()))
        #expect(CheckpointList.notes(in: torn).wholeLength == bytes.count - notes[3].count)
        #expect(CheckpointList.notes(in: []).notes == [])
    }

    @Test func proofsReadBackAndProve() throws {
        let entries = (0..<5).map { Array("entry \($0)".utf8) }
        let leaves = entries.map(MerkleHash.leaf)
        let checkpoint = Checkpoint(origin: origin, size: 5, root: MerkleHash.root(of: leaves))
        var tree = TiledTree(size: 5) { (path) throws(AssayError) in TileHashes.bytes(leaves) }
        let proof = TlogProof(
            index: 2, path: try tree.inclusionPath(index: 2), checkpoint: try checkpoint.signed(with: key))
        let bytes = proof.bytes
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("c2sp.org/tlog-proof@v1\nindex 2\n"))
        let read = try TlogProof(parsing: bytes)
        #expect(read == proof)
        #expect(try read.proves(entry: entries[2], key: key.verificationKey))
        #expect(try !read.proves(entry: entries[3], key: key.verificationKey))
        let text = String(decoding: bytes, as: UTF8.self)
        let withExtra = text.replacing("\nindex", with: "\nextra AAAA\nindex", maxReplacements: 1)
        let extended = TlogProof(index: 2, path: proof.path, checkpoint: proof.checkpoint, extra: [0, 0, 0])
        #expect(try TlogProof(parsing: Array(withExtra.utf8)) == extended)
        #expect(extended.bytes == Array(withExtra.utf8))

        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let proves = (try? TlogProof(parsing: changed).proves(entry: entries[2], key: key.verificationKey)) ?? false
            #expect(!proves, "byte \(index)")
        }
        for cut in [0, 10, 30, 80] {
            #expect(throws: AssayError.self) { try TlogProof(parsing: Array(bytes.prefix(cut))) }
        }
    }

    @Test func singleEntryHasAnEmptyPath() throws {
        let entry: [UInt8] = [1, 2, 3]
        let checkpoint = Checkpoint(origin: origin, size: 1, root: MerkleHash.leaf(entry))
        let proof = TlogProof(index: 0, path: [], checkpoint: try checkpoint.signed(with: key))
        #expect(try TlogProof(parsing: proof.bytes) == proof)
        #expect(try proof.proves(entry: entry, key: key.verificationKey))
    }
}
