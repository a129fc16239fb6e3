package import AssayTerms

/// A tile's content: 1 to 256 hashes one after the other.
package enum TileHashes {
    package static func bytes(_ hashes: some Sequence<SHA256Digest>) -> [UInt8] {
        var bytes: [UInt8] = []
        for hash in hashes { bytes.append(contentsOf: hash.bytes) }
        return bytes
    }

    /// - Throws: `corrupt` unless `bytes` are exactly `width` hashes.
    package static func hashes(in bytes: [UInt8], width: Int) throws(AssayError) -> [SHA256Digest] {
        guard bytes.count == 32 * width else {
            throw AssayError(.corrupt, "a tile of the ledger has \(bytes.count) bytes instead of \(32 * width)")
        }
        return (0..<width).compactMap { SHA256Digest(bytes: Array(bytes[($0 * 32)..<($0 * 32 + 32)])) }
    }
}
