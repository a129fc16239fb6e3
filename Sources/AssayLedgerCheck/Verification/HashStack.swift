import Crypto
import Glibc

/// Roots of the complete subtrees that a growing list of hashes makes, kept in one block of memory.
///
/// After n hashes it holds one root for each bit of n that is set, the largest subtree first; together, from the right, they
/// give the root of the tree (RFC 6962 §2.1). Adding costs one hash on average.
final class HashStack {
    private static let hashLength = 32
    private static let mostLevels = 64

    private(set) var count: UInt64 = 0
    private let hashes: UnsafeMutableRawPointer
    /// A byte 1 and two hashes: what the hash of an inner node is taken over.
    private let node: UnsafeMutableRawPointer

    init() {
        hashes = .allocate(byteCount: Self.hashLength * (Self.mostLevels + 1), alignment: 16)
        node = .allocate(byteCount: 1 + 2 * Self.hashLength, alignment: 16)
        node.storeBytes(of: 1, as: UInt8.self)
    }

    deinit {
        hashes.deallocate()
        node.deallocate()
    }

    func removeAll() { count = 0 }

    /// Adds the hash at `source`. Every 256th time the root of the last 256 is written to `tileRoot`.
    func add(_ source: UnsafeRawPointer, tileRoot: UnsafeMutableRawPointer? = nil) {
        var top = hashes + Self.hashLength * count.nonzeroBitCount
        top.copyMemory(from: source, byteCount: Self.hashLength)
        count += 1
        for height in 0..<count.trailingZeroBitCount {
            top -= Self.hashLength
            (node + 1).copyMemory(from: top, byteCount: 2 * Self.hashLength)
            Self.hash(UnsafeRawBufferPointer(start: node, count: 1 + 2 * Self.hashLength), into: top)
            if height == 7, let tileRoot { tileRoot.copyMemory(from: top, byteCount: Self.hashLength) }
        }
    }

    /// The roots, largest subtree first.
    var roots: [Hash] {
        (0..<count.nonzeroBitCount).map { place in
            Array(UnsafeRawBufferPointer(start: hashes + Self.hashLength * place, count: Self.hashLength))
        }
    }

    /// The root of the tree that `roots` are the complete subtrees of.
    static func join(_ roots: [Hash]) -> Hash {
        guard var hash = roots.last else { return Hashing.emptyRoot }
        for left in roots.dropLast().reversed() { hash = Hashing.join(left, hash) }
        return hash
    }

    static func hash(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        hasher.finalize().withUnsafeBytes { digest in
            if let start = digest.baseAddress { target.copyMemory(from: start, byteCount: hashLength) }
        }
    }
}
