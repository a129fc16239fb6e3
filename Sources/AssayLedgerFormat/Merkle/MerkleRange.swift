package import AssayTerms

/// The roots of the complete subtrees a list of hashes falls into, largest first: enough to append and to tell the
/// root, in O(log n) space.
package struct MerkleRange: Hashable, Sendable {
    package private(set) var size: UInt64 = 0
    /// The subtrees' roots, largest first.
    package private(set) var roots: [SHA256Digest] = []

    package init() {}

    /// - Precondition: one root for each complete subtree that `size` leaves fall into, largest first.
    package init(size: UInt64, roots: [SHA256Digest]) {
        precondition(roots.count == size.nonzeroBitCount, "a tree of \(size) leaves has \(size.nonzeroBitCount) complete subtrees")
        self.size = size
        self.roots = roots
    }

    /// - Complexity: O(1) hashes amortised.
    package mutating func append(_ hash: SHA256Digest) {
        roots.append(hash)
        // One join for every subtree that the new hash completes: the trailing ones of the old size.
        for _ in 0..<(~size).trailingZeroBitCount {
            let right = roots.removeLast()
            roots.append(MerkleHash.node(roots.removeLast(), right))
        }
        size += 1
    }

    /// The root of all hashes appended; that of the empty tree if none was.
    package var root: SHA256Digest { Self.root(joining: roots) }

    /// The root over complete subtrees that stand side by side, largest first.
    package static func root(joining roots: [SHA256Digest]) -> SHA256Digest {
        guard var hash = roots.last else { return MerkleHash.empty }
        for left in roots.dropLast().reversed() { hash = MerkleHash.node(left, hash) }
        return hash
    }
}
