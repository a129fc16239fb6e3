package import AssayTerms

/// Checking inclusion and consistency proofs (RFC 9162 §2.1.3.2 and §2.1.4.2, for the trees of RFC 6962).
package enum MerkleProof {
    /// Whether `path` proves that the leaf with hash `leafHash` is entry `index` of the tree of `size` and `root`.
    package static func provesInclusion(
        of leafHash: SHA256Digest, at index: UInt64, size: UInt64, root: SHA256Digest, path: [SHA256Digest]
    ) -> Bool {
        guard index < size else { return false }
        var node = index
        var last = size - 1
        var hash = leafHash
        for sibling in path {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = MerkleHash.node(sibling, hash)
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleHash.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether `path` proves that the tree of `newSize` and `newRoot` begins with that of `oldSize` and `oldRoot`.
    /// The empty tree begins every tree; equal sizes need equal roots. Both with an empty path.
    package static func provesConsistency(
        oldSize: UInt64, oldRoot: SHA256Digest, newSize: UInt64, newRoot: SHA256Digest, path: [SHA256Digest]
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        if oldSize == newSize { return path.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return path.isEmpty && oldRoot == MerkleHash.empty }
        // The old tree's root is left out of the path where it is a node of the new tree.
        var path = oldSize & (oldSize - 1) == 0 ? [oldRoot] + path : path
        guard !path.isEmpty else { return false }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        let first = path.removeFirst()
        var oldHash = first
        var newHash = first
        for hash in path {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                oldHash = MerkleHash.node(hash, oldHash)
                newHash = MerkleHash.node(hash, newHash)
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                newHash = MerkleHash.node(newHash, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot
    }
}
