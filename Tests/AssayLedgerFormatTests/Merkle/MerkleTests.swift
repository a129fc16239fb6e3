import AssayCanonical
import AssayTerms
import Testing

@testable import AssayLedgerFormat

/// The eight-leaf tree that Certificate Transparency's implementations publish, the definition of RFC 6962 §2.1
/// written out as a recursive oracle, and proofs of every index and pair of sizes up to 70.
@Suite struct MerkleTests {
    // The inputs and roots of the reference tests (google/certificate-transparency, merkletree/merkle_tree_test.cc).
    static let inputs = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private func digests(_ texts: [String]) -> [SHA256Digest] { texts.compactMap(SHA256Digest.init(hex:)) }

    @Test func publishedRoots() throws {
        #expect(MerkleHash.empty.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var range = MerkleRange()
        #expect(range.root == MerkleHash.empty)
        for (input, root) in zip(Self.inputs, Self.roots) {
            range.append(MerkleHash.leaf(try #require(Hex.decode(input))))
            #expect(range.root.hex == root)
        }
        #expect(range.size == 8)
    }

    // The same tests' inclusion and consistency paths.
    @Test func publishedProofs() throws {
        let leaves = try Self.inputs.map { MerkleHash.leaf(try #require(Hex.decode($0))) }
        var eight = tree(leaves)
        #expect(
            try eight.inclusionPath(index: 0)
                == digests([
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]))
        #expect(
            try eight.inclusionPath(index: 5)
                == digests([
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]))
        #expect(
            try eight.consistencyPath(from: 1)
                == digests([
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]))
        #expect(
            try eight.consistencyPath(from: 6)
                == digests([
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]))
    }

    /// MTH(D[n]) as RFC 6962 §2.1 defines it.
    private func oracle(_ leaves: ArraySlice<SHA256Digest>) -> SHA256Digest {
        if leaves.isEmpty { return MerkleHash.empty }
        if leaves.count == 1 { return leaves.first ?? MerkleHash.empty }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return MerkleHash.node(oracle(leaves[..<middle]), oracle(leaves[middle...]))
    }

    private func leaves(_ count: Int) -> [SHA256Digest] {
        (0..<count).map { MerkleHash.leaf(Array("entry \($0)".utf8)) }
    }

    /// A tree read through tiles that are made from `leaves` on request.
    private func tree(_ leaves: [SHA256Digest]) -> TiledTree {
        var levels = [leaves]
        while let last = levels.last, last.count >= 256 {
            levels.append(
                stride(from: 0, to: last.count / 256 * 256, by: 256).map { MerkleHash.root(of: last[$0..<($0 + 256)]) })
        }
        return TiledTree(size: UInt64(leaves.count)) { [levels] (path) throws(AssayError) in
            guard case .hashes(let level) = path.content, level < levels.count else {
                throw AssayError(.notFound, "no such tile")
            }
            let start = Int(path.index) * 256
            return TileHashes.bytes(levels[level][start..<(start + path.width)])
        }
    }

    @Test(arguments: [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000])
    func rootsAgreeWithTheDefinition(count: Int) throws {
        let leaves = leaves(count)
        let expected = oracle(leaves[...])
        #expect(MerkleHash.root(of: leaves) == expected)
        var tree = tree(leaves)
        #expect(try tree.root() == expected)
        for index in Set([0, 1, count / 3, count / 2, count - 2, count - 1]).sorted() where (0..<count).contains(index)
        {
            let path = try tree.inclusionPath(index: UInt64(index))
            #expect(
                MerkleProof.provesInclusion(
                    of: leaves[index], at: UInt64(index), size: UInt64(count), root: expected, path: path))
            #expect(try tree.leafHash(at: UInt64(index)) == leaves[index])
        }
        for old in [0, 1, count / 3, 256, count - 1, count] where (0...count).contains(old) {
            #expect(
                MerkleProof.provesConsistency(
                    oldSize: UInt64(old), oldRoot: oracle(leaves[..<old]), newSize: UInt64(count), newRoot: expected,
                    path: try tree.consistencyPath(from: UInt64(old))))
            #expect(try tree.root(at: UInt64(old)) == oracle(leaves[..<old]))
        }
    }

    @Test func everyInclusionProofUpTo70() throws {
        let all = leaves(70)
        for size in 1...70 {
            var tree = tree(Array(all[..<size]))
            let root = oracle(all[..<size])
            for index in 0..<size {
                let path = try tree.inclusionPath(index: UInt64(index))
                func proves(
                    leaf: SHA256Digest? = nil, index at: UInt64? = nil, size of: UInt64? = nil,
                    path other: [SHA256Digest]? = nil
                ) -> Bool {
                    MerkleProof.provesInclusion(
                        of: leaf ?? all[index], at: at ?? UInt64(index), size: of ?? UInt64(size), root: root,
                        path: other ?? path)
                }
                #expect(proves())
                #expect(!proves(leaf: MerkleHash.empty))
                #expect(!proves(index: UInt64(size)))
                if size > 1 { #expect(!proves(index: UInt64((index + 1) % size))) }
                #expect(!proves(path: path + [root]))
                for place in path.indices {
                    var changed = path
                    changed[place] = MerkleHash.empty
                    #expect(!proves(path: changed))
                    changed.remove(at: place)
                    #expect(!proves(path: changed))
                }
            }
            #expect(throws: AssayError.self) { try tree.inclusionPath(index: UInt64(size)) }
        }
    }

    @Test func everyConsistencyProofUpTo70() throws {
        let all = leaves(70)
        let roots = (0...70).map { oracle(all[..<$0]) }
        for size in 0...70 {
            var tree = tree(Array(all[..<size]))
            for old in 0...size {
                let path = try tree.consistencyPath(from: UInt64(old))
                func proves(
                    oldRoot: SHA256Digest? = nil, newRoot: SHA256Digest? = nil, path other: [SHA256Digest]? = nil
                ) -> Bool {
                    MerkleProof.provesConsistency(
                        oldSize: UInt64(old), oldRoot: oldRoot ?? roots[old], newSize: UInt64(size),
                        newRoot: newRoot ?? roots[size], path: other ?? path)
                }
                #expect(proves())
                #expect(!proves(path: path + [MerkleHash.empty]))
                #expect(!proves(oldRoot: MerkleHash.leaf([])))
                if old > 0 { #expect(!proves(newRoot: MerkleHash.leaf([]))) }
                for place in path.indices {
                    var changed = path
                    changed[place] = MerkleHash.leaf([9])
                    #expect(!proves(path: changed))
                    changed.remove(at: place)
                    #expect(!proves(path: changed))
                }
            }
            #expect(throws: AssayError.self) { try tree.consistencyPath(from: UInt64(size) + 1) }
        }
        #expect(
            !MerkleProof.provesConsistency(oldSize: 2, oldRoot: roots[2], newSize: 1, newRoot: roots[1], path: []))
    }
}
