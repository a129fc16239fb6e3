import AssayCanonical
package import AssayTerms

/// The tree hashes of RFC 6962 §2.1 with SHA-256.
package enum MerkleHash {
    /// MTH of the empty tree: SHA-256 of nothing.
    package static let empty = SHA256Hasher.digest(of: [])

    /// SHA-256(0x00 ‖ entry).
    package static func leaf(_ entry: [UInt8]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update([0x00])
        hasher.update(entry)
        return hasher.finish()
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    package static func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update([0x01])
        hasher.update(left.bytes)
        hasher.update(right.bytes)
        return hasher.finish()
    }

    /// MTH of a list of node hashes of equal height.
    package static func root(of hashes: some RandomAccessCollection<SHA256Digest>) -> SHA256Digest {
        var range = MerkleRange()
        for hash in hashes { range.append(hash) }
        return range.root
    }
}
