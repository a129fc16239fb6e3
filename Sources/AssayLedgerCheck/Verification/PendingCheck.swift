/// Files that the newest checkpoint does not ask for: of a larger tree that is not signed yet, left by an
/// interruption, or surplus.
struct PendingCheck {
    private let files: any LogFiles
    private let size: UInt64
    private let known: [Hash?]
    private let recorded: RecordedLeaves?

    private(set) var findings: [Finding] = []
    private(set) var pending: [String] = []
    /// Leaf hashes beyond the tree: from the database, else from pending bundles.
    private(set) var leaves: [Hash?] = []

    init(files: any LogFiles, size: UInt64, leaves: [Hash?], recorded: RecordedLeaves?) {
        self.files = files
        self.size = size
        known = leaves
        self.recorded = recorded
    }

    mutating func run() throws(LogReadError) {
        let larger = try largerTiles()
        try gatherLeaves(bundles: larger.filter { $0.level == nil })
        let all = known + leaves
        for name in larger { try check(name, leaves: all) }
    }

    /// Names surplus files, and answers whether there are none of a larger tree.
    mutating func lookAround() throws(LogReadError) -> Bool { try largerTiles().isEmpty }

    private mutating func largerTiles() throws(LogReadError) -> [TileName] {
        guard let paths = try files.paths() else { return [] }
        var expected: Set<String> = [
            LogVerifier.headFile, LogVerifier.listFile, LogVerifier.keyFile, LogVerifier.keysFile,
        ]
        for level in 0..<TileName.levelCount(size: size) {
            for name in TileName.all(level: level, size: size) { expected.insert(name.text) }
        }
        for name in TileName.all(level: nil, size: size) { expected.insert(name.text) }

        var larger: [TileName] = []
        for path in paths where !expected.contains(path) {
            if path == LogVerifier.incomingFile {
                pending.append("\(path) was left by an interrupted write")
            } else if let name = TileName(path: path), name.entries.upperBound > size {
                larger.append(name)
            } else {
                let length = try files.length(path) ?? 0
                findings.append(
                    Finding(path, offset: 0, length: max(1, length), "the file is surplus: no checkpoint asks for it"))
            }
        }
        return larger
    }

    private mutating func gatherLeaves(bundles: [TileName]) throws(LogReadError) {
        if let recorded {
            while let leaf = recorded[size + UInt64(leaves.count)] { leaves.append(Hashing.leaf(leaf)) }
            return
        }
        for name in bundles.sorted(by: { ($0.index, $0.width) < ($1.index, $1.width) }) {
            guard let bytes = try files.read(name.text), let entries = BundleCheck.entries(bytes, count: name.width)
            else { continue }
            for (place, entry) in entries.enumerated() {
                let index = name.index * 256 + UInt64(place)
                if index == size + UInt64(leaves.count) { leaves.append(Hashing.leaf(entry)) }
            }
        }
    }

    private mutating func check(_ name: TileName, leaves: [Hash?]) throws(LogReadError) {
        guard let bytes = try files.read(name.text) else { return }
        let ending = recorded == nil ? "; not compared with recorded entries" : ", which follows from recorded entries"
        if name.level == nil {
            guard let entries = BundleCheck.entries(bytes, count: name.width) else {
                return refuse(name, offset: 0, length: bytes.count, entries: name.entries)
            }
            for (place, entry) in entries.enumerated() {
                let index = name.index * 256 + UInt64(place)
                guard index < UInt64(leaves.count), leaves[Int(index)] == Hashing.leaf(entry) else {
                    return refuse(
                        name, offset: max(0, entry.startIndex - 2), length: entry.count + 2,
                        entries: index..<(index + 1))
                }
            }
        } else {
            for place in 0..<name.width {
                let range = name.entries(at: place)
                let slot = bytes.dropFirst(32 * place).prefix(32)
                guard range.upperBound <= UInt64(leaves.count), bytes.count == 32 * name.width else {
                    return refuse(name, offset: 32 * place, length: max(1, bytes.count - 32 * place), entries: range)
                }
                let part = leaves[Int(range.lowerBound)..<Int(range.upperBound)]
                let hashes = part.compactMap { $0 }
                guard hashes.count == part.count else { continue }
                if let difference = Difference.place(of: slot, from: Hashing.root(hashes[...])) {
                    return refuse(
                        name, offset: 32 * place + difference.offset, length: difference.length, entries: range)
                }
            }
        }
        pending.append("\(name.text) is of a larger tree that is not signed yet\(ending)")
    }

    private mutating func refuse(_ name: TileName, offset: Int, length: Int, entries: Range<UInt64>) {
        let words =
            recorded == nil
            ? "it is of a larger tree, and does not follow from the entries beside it"
            : "it is of a larger tree, and does not follow from recorded entries"
        findings.append(Finding(name.text, offset: offset, length: max(1, length), entries: entries, words))
    }
}
