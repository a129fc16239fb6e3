package import AssayTerms

/// A published tree of one size, read through its tiles: root and proofs in O(log size) tiles.
package struct TiledTree {
    package let size: UInt64
    /// The bytes of a tile; may answer a wider tile of the same place, whose first hashes are taken.
    private let read: (TilePath) throws(AssayError) -> [UInt8]
    private var cache: [TilePath: [SHA256Digest]] = [:]

    package init(size: UInt64, read: @escaping (TilePath) throws(AssayError) -> [UInt8]) {
        self.size = size
        self.read = read
    }

    package mutating func root() throws(AssayError) -> SHA256Digest {
        size == 0 ? MerkleHash.empty : try hash(of: 0..<size)
    }

    /// The root of the tree as it was at an earlier size.
    ///
    /// - Throws: `invalidArgument` for a size beyond this tree.
    package mutating func root(at size: UInt64) throws(AssayError) -> SHA256Digest {
        guard size <= self.size else {
            throw AssayError(.invalidArgument, "the log has \(self.size) entries, not \(size)")
        }
        return size == 0 ? MerkleHash.empty : try hash(of: 0..<size)
    }

    /// RFC 6962 §2.1.1: sibling hashes from the leaf upwards.
    ///
    /// - Throws: `notFound` for an index beyond the tree.
    package mutating func inclusionPath(index: UInt64) throws(AssayError) -> [SHA256Digest] {
        guard index < size else {
            throw AssayError(.notFound, "the published log has \(size) entries; there is no entry \(index) yet")
        }
        var path: [SHA256Digest] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + Self.split(range.upperBound - range.lowerBound)
            if index < middle {
                path.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return path.reversed()
    }

    /// RFC 6962 §2.1.2: what a holder of the tree of `oldSize` needs to see that this one begins with it.
    ///
    /// - Throws: `invalidArgument` for a size beyond this tree.
    package mutating func consistencyPath(from oldSize: UInt64) throws(AssayError) -> [SHA256Digest] {
        guard oldSize <= size else {
            throw AssayError(.invalidArgument, "the log has \(size) entries, not \(oldSize)")
        }
        if oldSize == 0 || oldSize == size { return [] }
        var path: [SHA256Digest] = []
        var range = 0..<size
        var isComplete = true
        while oldSize != range.upperBound {
            let middle = range.lowerBound + Self.split(range.upperBound - range.lowerBound)
            if oldSize <= middle {
                path.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
                isComplete = false
            }
        }
        if !isComplete { path.append(try hash(of: range)) }
        return path.reversed()
    }

    /// The hash of the leaf at `index`.
    package mutating func leafHash(at index: UInt64) throws(AssayError) -> SHA256Digest {
        guard index < size else {
            throw AssayError(.notFound, "the published log has \(size) entries; there is no entry \(index) yet")
        }
        return try hash(of: index..<(index + 1))
    }

    /// The largest power of two below `count`, which is at least 2.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    /// MTH of a range that begins at a multiple of the smallest power of two that holds it.
    private mutating func hash(of range: Range<UInt64>) throws(AssayError) -> SHA256Digest {
        let count = range.upperBound - range.lowerBound
        if count & (count - 1) == 0 {
            return try completeHash(height: count.trailingZeroBitCount, index: range.lowerBound / count)
        }
        let middle = range.lowerBound + Self.split(count)
        return MerkleHash.node(
            try hash(of: range.lowerBound..<middle), try hash(of: middle..<range.upperBound))
    }

    /// The hash of the complete subtree of 2^height leaves: one hash of a tile or a few joined.
    private mutating func completeHash(height: Int, index: UInt64) throws(AssayError) -> SHA256Digest {
        let level = height / 8
        let width = UInt64(1) << UInt64(height % 8)
        let first = index * width
        let tile = try tile(level: level, index: first / 256)
        let start = Int(first % 256)
        return MerkleHash.root(of: tile[start..<(start + Int(width))])
    }

    private mutating func tile(level: Int, index: UInt64) throws(AssayError) -> [SHA256Digest] {
        let count = level == 0 ? size : size >> UInt64(8 * level)
        let width = Int(min(256, count - index * 256))
        let path = TilePath(.hashes(level: level), index: index, width: width)
        if let hashes = cache[path] { return hashes }
        let bytes = try read(path)
        let hashes = try TileHashes.hashes(in: Array(bytes.prefix(32 * width)), width: width)
        cache[path] = hashes
        return hashes
    }
}
