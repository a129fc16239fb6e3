import AssayCanonical
import AssayTerms
import Testing

@testable import AssayLedger
@testable import AssayLedgerFormat

let testKey = {
    let seed = [UInt8](repeating: 3, count: 32)
    guard let key = try? Ed25519.SigningKey(rawBytes: seed),
        let signer = try? NoteSigningKey(name: "assay/" + String(repeating: "ab", count: 16), key: key)
    else { preconditionFailure("a seed has 32 bytes") }
    return signer
}()

/// The files of a published tree, computed from the definitions in another way than the publisher's.
func expectedTiles(_ leaves: [[UInt8]]) -> [String: [UInt8]] {
    var levels = [leaves.map(MerkleHash.leaf)]
    while let last = levels.last, last.count >= 256 {
        levels.append(
            stride(from: 0, to: last.count / 256 * 256, by: 256).map { MerkleHash.root(of: last[$0..<($0 + 256)]) })
    }
    var files: [String: [UInt8]] = [:]
    for path in TilePath.all(treeSize: UInt64(leaves.count)) {
        let range = (Int(path.index) * 256)..<(Int(path.index) * 256 + path.width)
        switch path.content {
        case .hashes(let level): files[path.text] = TileHashes.bytes(levels[level][range])
        case .entries:
            var bytes: [UInt8] = []
            for leaf in leaves[range] { EntryBundle.append(leaf, to: &bytes) }
            files[path.text] = bytes
        }
    }
    return files
}

/// Holds the folder against `leaves`: exactly the tiles of the tree, the checkpoint with its root, and a list of
/// checkpoints that are each the tree's root at their size, the newest last.
func expectPublished(
    _ folder: TemporaryFolder, _ leaves: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var files = try folder.files()
    let head = try #require(files["checkpoint"], sourceLocation: sourceLocation)
    let list = try #require(files["checkpoints"], sourceLocation: sourceLocation)
    for name in ["checkpoint", "checkpoints", "vkey"] { files[name] = nil }
    #expect(files == expectedTiles(leaves), sourceLocation: sourceLocation)
    let checkpoint = try Checkpoint(note: head, signedBy: testKey.verificationKey)
    #expect(checkpoint.size == UInt64(leaves.count), sourceLocation: sourceLocation)
    let (notes, wholeLength) = CheckpointList.notes(in: list)
    #expect(wholeLength == list.count, sourceLocation: sourceLocation)
    #expect(notes.last == head, sourceLocation: sourceLocation)
    var last: UInt64?
    for note in notes {
        let checkpoint = try Checkpoint(note: note, signedBy: testKey.verificationKey)
        let prefix = leaves[..<Int(checkpoint.size)].map(MerkleHash.leaf)
        #expect(checkpoint.root == MerkleHash.root(of: prefix), sourceLocation: sourceLocation)
        if let last { #expect(last < checkpoint.size, sourceLocation: sourceLocation) }
        last = checkpoint.size
    }
}

/// What a reader may rely on at any moment, also after a crash: the newest checkpoint's tree can be read.
func expectReadable(
    _ folder: TemporaryFolder, _ leaves: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let files = try PosixLedgerFiles(folder: folder.path)
    guard let head = try files.read("checkpoint") else { return }
    let checkpoint = try Checkpoint(note: head, signedBy: testKey.verificationKey)
    var tree = TiledTree(size: checkpoint.size) { (path) throws(AssayError) in
        guard let bytes = try LedgerTiles.read(path, from: files) else {
            throw AssayError(.notFound, "\(path.text) is missing")
        }
        return bytes
    }
    #expect(try tree.root() == checkpoint.root, sourceLocation: sourceLocation)
    for path in TilePath.all(treeSize: checkpoint.size) where path.content == .entries {
        let bytes = try #require(try LedgerTiles.read(path, from: files), sourceLocation: sourceLocation)
        let start = Int(path.index) * 256
        #expect(
            try EntryBundle.entries(in: bytes, count: path.width) == Array(leaves[start..<(start + path.width)]),
            sourceLocation: sourceLocation)
    }
}
