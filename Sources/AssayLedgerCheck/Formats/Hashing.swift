import Crypto

typealias Hash = [UInt8]

/// RFC 6962's hashes, written for this verifier alone.
enum Hashing {
    static let emptyRoot = Array(SHA256.hash(data: [UInt8]()))

    static func leaf(_ entry: [UInt8]) -> Hash { leaf(entry[...]) }

    static func leaf(_ entry: ArraySlice<UInt8>) -> Hash {
        var hasher = SHA256()
        hasher.update(data: [0])
        entry.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return Array(hasher.finalize())
    }

    static func join(_ left: Hash, _ right: Hash) -> Hash {
        var hasher = SHA256()
        hasher.update(data: [1])
        hasher.update(data: left)
        hasher.update(data: right)
        return Array(hasher.finalize())
    }

    /// The root over a full tile's 256 hashes, pair by pair.
    static func tileRoot(_ hashes: ArraySlice<Hash>) -> Hash? {
        guard hashes.count == 256 else { return nil }
        var row = Array(hashes)
        while row.count > 1 { row = stride(from: 0, to: row.count, by: 2).map { join(row[$0], row[$0 + 1]) } }
        return row[0]
    }

    /// The root of a tree of any size, as RFC 6962 §2.1 says it: split at the largest power of two below the count.
    static func root(_ leaves: ArraySlice<Hash>) -> Hash {
        guard leaves.count > 1 else { return leaves.first ?? emptyRoot }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return join(root(leaves[..<middle]), root(leaves[middle...]))
    }
}

/// Roots of all beginnings of a list of leaf hashes that is walked once.
struct GrowingTree {
    private(set) var size: UInt64 = 0
    private var stack: [(count: UInt64, hash: Hash)] = []

    mutating func add(_ hash: Hash) {
        stack.append((1, hash))
        while stack.count > 1, stack[stack.count - 1].count == stack[stack.count - 2].count {
            let right = stack.removeLast()
            let left = stack.removeLast()
            stack.append((left.count * 2, Hashing.join(left.hash, right.hash)))
        }
        size += 1
    }

    var root: Hash {
        guard var hash = stack.last?.hash else { return Hashing.emptyRoot }
        for left in stack.dropLast().reversed() { hash = Hashing.join(left.hash, hash) }
        return hash
    }
}
