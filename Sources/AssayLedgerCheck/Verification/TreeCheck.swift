/// The tiles and entries of one tree, proved from its root downwards.
struct TreeCheck {
    private let files: any LogFiles
    private let size: UInt64
    private let root: Hash
    private let recorded: RecordedLeaves?

    private(set) var findings: [Finding] = []
    /// The leaf hashes the tree is made of; `nil` where they are not known.
    private(set) var leaves: [Hash?] = []
    /// Partial tiles read from a wider one, because their own file is gone.
    private(set) var substituted: Set<TileName> = []

    private var missing: Set<TileName> = []

    /// The tiles' own bytes, level by level.
    private var stored: [[[UInt8]?]] = []
    /// The hashes of each level computed from the entries; `nil` where an entry cannot be read.
    private var computed: [[Hash?]] = []
    /// The hashes of each level that the root proves; where nothing proves any, the best guess.
    private var proved: [[Hash?]] = []

    init(files: any LogFiles, size: UInt64, root: Hash, recorded: RecordedLeaves?) {
        self.files = files
        self.size = size
        self.root = root
        self.recorded = recorded
    }

    mutating func run() throws(LogReadError) {
        let levelCount = TileName.levelCount(size: size)
        for level in 0..<levelCount {
            var tiles: [[UInt8]?] = []
            for name in TileName.all(level: level, size: size) { tiles.append(try load(name)) }
            stored.append(tiles)
        }
        try computeFromEntries(levelCount: levelCount)
        proved = (0..<levelCount).map { Array(repeating: nil, count: Int(size >> UInt64(8 * $0))) }
        proveEdge(levelCount: levelCount)
        for level in (0..<levelCount).reversed() { proveFullTiles(level: level) }
        leaves = proved.first ?? []
        for level in 0..<levelCount { compareTiles(level: level) }
        for name in TileName.all(level: nil, size: size) {
            guard let bytes = try load(name) else { continue }
            var bundle = BundleCheck(name: name, bytes: bytes, isWider: substituted.contains(name))
            bundle.run(hashes: leaves, recorded: recorded)
            findings += bundle.findings
        }
    }

    /// A tile's bytes: its own file's, or the beginning of a wider one's. A missing file is named once.
    private mutating func load(_ name: TileName) throws(LogReadError) -> [UInt8]? {
        if let bytes = try files.read(name.text) { return bytes }
        if name.width < 256 {
            for width in (name.width + 1)...256 {
                guard let bytes = try files.read(name.resized(width).text) else { continue }
                substituted.insert(name)
                return name.level == nil ? bytes : Array(bytes.prefix(32 * name.width))
            }
        }
        if missing.insert(name).inserted {
            findings.append(Finding(name.text, entries: name.entries, "the file is missing"))
            guard findings.count < Self.mostFindings else {
                throw LogReadError("more than \(Self.mostFindings) files are missing; is this a ledger's folder?")
            }
        }
        return nil
    }

    /// After so many the folder is no log any more, and a longer list would help nobody.
    private static let mostFindings = 1000

    private mutating func computeFromEntries(levelCount: Int) throws(LogReadError) {
        guard levelCount > 0 else { return }
        var hashes: [Hash?] = []
        for name in TileName.all(level: nil, size: size) {
            let entries = try load(name).flatMap {
                BundleCheck.entries($0, count: name.width, isWider: substituted.contains(name))
            }
            for place in 0..<name.width { hashes.append(entries.map { Hashing.leaf($0[place]) }) }
        }
        computed = [hashes]
        for level in 1..<max(1, levelCount) {
            let below = computed[level - 1]
            computed.append(
                (0..<(below.count / 256)).map {
                    Self.whole(below[($0 * 256)..<($0 * 256 + 256)]).flatMap { Hashing.tileRoot($0[...]) }
                })
        }
    }

    /// All hashes, or `nil` if one is not known.
    private static func whole(_ hashes: ArraySlice<Hash?>) -> [Hash]? {
        let known = hashes.compactMap { $0 }
        return known.count == hashes.count ? known : nil
    }

    private static func hashes(_ bytes: [UInt8]?, width: Int) -> [Hash]? {
        guard let bytes, bytes.count == 32 * width else { return nil }
        return (0..<width).map { Array(bytes[($0 * 32)..<($0 * 32 + 32)]) }
    }

    private func storedHashes(_ name: TileName, level: Int) -> [Hash]? {
        Self.hashes(stored[level][Int(name.index)], width: name.width)
    }

    /// What a tile may hold: as stored, as the stored tiles below give it, as the entries give it.
    private func candidates(_ name: TileName, level: Int) -> [[Hash]] {
        let start = Int(name.index) * 256
        var candidates = storedHashes(name, level: level).map { [$0] } ?? []
        if level > 0 {
            let below = (start..<(start + name.width)).map {
                Self.hashes(stored[level - 1][$0], width: 256).flatMap { Hashing.tileRoot($0[...]) }
            }
            if let hashes = Self.whole(below[...]), !candidates.contains(hashes) { candidates.append(hashes) }
        }
        if let hashes = Self.whole(computed[level][start..<(start + name.width)]), !candidates.contains(hashes) {
            candidates.append(hashes)
        }
        return candidates
    }

    /// Finds the partial tiles, one per level, that together give the root: as they are stored if that does.
    private mutating func proveEdge(levelCount: Int) {
        let names = (0..<levelCount).compactMap { TileName.all(level: $0, size: size).last }.filter { $0.width < 256 }
        let asStored = names.compactMap { name in name.level.flatMap { storedHashes(name, level: $0) } }
        if asStored.count == names.count, Self.root(ofEdge: asStored) == root {
            for (name, hashes) in zip(names, asStored) { place(hashes, of: name) }
            return
        }
        let parts = names.map { name in name.level.map { candidates(name, level: $0) } ?? [] }
        for chosen in Self.choices(parts) where Self.root(ofEdge: chosen) == root {
            for (name, hashes) in zip(names, chosen) { place(hashes, of: name) }
            return
        }
        for (name, part) in zip(names, parts) { place(part.first, of: name) }
        findings.append(edgeFinding(names))
    }

    /// Every way to take one candidate of each part; none if a part has none.
    private static func choices(_ parts: [[[Hash]]]) -> [[[Hash]]] {
        parts.reduce([[]]) { choices, part in choices.flatMap { choice in part.map { choice + [$0] } } }
    }

    /// The root from the partial tiles, lowest level first: what lies below stands as one more, unfinished, subtree at
    /// the right.
    private static func root(ofEdge tiles: [[Hash]]) -> Hash {
        tiles.reduce(nil as Hash?) { below, hashes in Hashing.root((hashes + (below.map { [$0] } ?? []))[...]) }
            ?? Hashing.emptyRoot
    }

    private func edgeFinding(_ names: [TileName]) -> Finding {
        guard let first = names.first else {
            return Finding(LogVerifier.headFile, line: 3, "the root is not that of an empty tree")
        }
        let others = names.map(\.text).joined(separator: ", ")
        return Finding(
            first.text, offset: 0, length: 32 * first.width, entries: 0..<size,
            "the tree does not give the checkpoint's root; the change lies in \(others) or in what they cover")
    }

    private mutating func place(_ hashes: [Hash]?, of name: TileName) {
        guard let level = name.level, let hashes else { return }
        for (place, hash) in hashes.enumerated() { proved[level][Int(name.index) * 256 + place] = hash }
    }

    /// Each full tile must have the root that the level above holds for it.
    private mutating func proveFullTiles(level: Int) {
        for name in TileName.all(level: level, size: size) where name.width == 256 {
            guard let parent = proved[level + 1][Int(name.index)] else {
                place(candidates(name, level: level).first, of: name)
                continue
            }
            if let hashes = storedHashes(name, level: level), Hashing.tileRoot(hashes[...]) == parent {
                place(hashes, of: name)
            } else if let hashes = candidates(name, level: level).first(where: { Hashing.tileRoot($0[...]) == parent })
            {
                place(hashes, of: name)
            } else {
                findings.append(
                    Finding(
                        name.text, offset: 0, length: 32 * 256, entries: name.entries,
                        "neither this tile nor what it covers gives the hash that the tree needs"))
            }
        }
    }

    private mutating func compareTiles(level: Int) {
        for name in TileName.all(level: level, size: size) {
            guard let bytes = stored[level][Int(name.index)] else { continue }
            let start = Int(name.index) * 256
            guard let hashes = Self.whole(proved[level][start..<(start + name.width)]) else { continue }
            if bytes.count != 32 * name.width {
                guard let place = Difference.place(of: bytes, from: hashes.joined()) else { continue }
                let words = Difference.words(actual: bytes.count, expected: 32 * name.width, differing: 0)
                let entries =
                    name.entries(at: min(place.offset / 32, name.width - 1)).lowerBound..<name.entries.upperBound
                findings.append(
                    Finding(name.text, offset: place.offset, length: place.length, entries: entries, words))
                continue
            }
            for (slot, hash) in hashes.enumerated() {
                let own = bytes[(slot * 32)..<(slot * 32 + 32)]
                guard let place = Difference.place(of: own, from: hash) else { continue }
                findings.append(
                    Finding(
                        name.text, offset: slot * 32 + place.offset, length: place.length,
                        entries: name.entries(at: slot),
                        Difference.words(actual: 32, expected: 32, differing: place.length)))
            }
        }
    }
}
