import AssayLedgerFormat
import AssayTerms

/// The right edge of a tiled tree: the hashes and entries of its partial tiles, enough to grow it.
struct TreeEdge {
    private(set) var size: UInt64
    /// For each level the hashes of its partial tile, fewer than 256.
    private(set) var levels: [[SHA256Digest]]
    /// The partial entry bundle.
    private(set) var bundle: [UInt8]

    init() {
        size = 0
        levels = []
        bundle = []
    }

    /// The edge of a published tree.
    ///
    /// - Throws: `corrupt` if a tile is missing or too short.
    init(size: UInt64, read: (TilePath) throws(AssayError) -> [UInt8]) throws(AssayError) {
        self.init()
        self.size = size
        for path in Self.partialPaths(size: size) {
            let bytes = try read(path)
            switch path.content {
            case .hashes(let level):
                while levels.count <= level { levels.append([]) }
                levels[level] = try TileHashes.hashes(in: Array(bytes.prefix(32 * path.width)), width: path.width)
            case .entries:
                guard let prefix = EntryBundle.prefix(of: bytes, count: path.width) else {
                    throw AssayError(.corrupt, "\(path.text) of the ledger holds fewer than \(path.width) entries")
                }
                bundle = prefix
            }
        }
        let levelCount = Self.levelCount(size: size)
        while levels.count < levelCount { levels.append([]) }
    }

    /// The root of the tree: of all complete subtrees on the edge, from the top level down.
    var root: SHA256Digest {
        var roots: [SHA256Digest] = []
        for hashes in levels.reversed() {
            var range = MerkleRange()
            for hash in hashes { range.append(hash) }
            roots += range.roots
        }
        return MerkleRange.root(joining: roots)
    }

    /// Adds an entry; calls `emit` with each tile and bundle that is full now.
    mutating func append(_ leaf: [UInt8], emit: (TilePath, [UInt8]) -> Void) {
        EntryBundle.append(leaf, to: &bundle)
        var hash = MerkleHash.leaf(leaf)
        let index = size
        size += 1
        if size.isMultiple(of: 256) {
            emit(TilePath(.entries, index: index / 256), bundle)
            bundle = []
        }
        var level = 0
        while true {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count == TilePath.fullWidth else { return }
            let tileIndex = index >> UInt64(8 * (level + 1))
            emit(TilePath(.hashes(level: level), index: tileIndex), TileHashes.bytes(levels[level]))
            hash = MerkleHash.root(of: levels[level])
            levels[level] = []
            level += 1
        }
    }

    /// The partial tiles and bundle with their bytes.
    var partialTiles: [(path: TilePath, bytes: [UInt8])] {
        Self.partialPaths(size: size).map { path in
            switch path.content {
            case .hashes(let level): (path, TileHashes.bytes(levels[level]))
            case .entries: (path, bundle)
            }
        }
    }

    static func partialPaths(size: UInt64) -> [TilePath] {
        var paths: [TilePath] = []
        for level in 0..<levelCount(size: size) {
            let count = size >> UInt64(8 * level)
            let width = Int(count % 256)
            if width > 0 { paths.append(TilePath(.hashes(level: level), index: count / 256, width: width)) }
        }
        let width = Int(size % 256)
        if width > 0 { paths.append(TilePath(.entries, index: size / 256, width: width)) }
        return paths
    }

    private static func levelCount(size: UInt64) -> Int {
        size == 0 ? 0 : (63 - size.leadingZeroBitCount) / 8 + 1
    }
}
