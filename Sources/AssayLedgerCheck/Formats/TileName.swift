/// The name of a tile of hashes (`level`) or of an entry bundle (`level` is `nil`), after c2sp.org/tlog-tiles.
struct TileName: Hashable {
    let level: Int?
    let index: UInt64
    /// 1 to 256.
    let width: Int

    var text: String {
        var text = "tile/" + (level.map { String($0) } ?? "entries")
        let digits = String(index)
        let padded = String(repeating: "0", count: (3 - digits.count % 3) % 3) + digits
        let groups = stride(from: 0, to: padded.count, by: 3).map { padded.dropFirst($0).prefix(3) }
        for (place, group) in groups.enumerated() { text += (place < groups.count - 1 ? "/x" : "/") + group }
        return width < 256 ? text + ".p/\(width)" : text
    }

    func resized(_ width: Int) -> TileName { TileName(level: level, index: index, width: width) }

    /// The entries below the tile's hash or entry at `place`.
    func entries(at place: Int) -> Range<UInt64> {
        let span = level.map { UInt64(1) << UInt64(8 * $0) } ?? 1
        let start = (index * 256 + UInt64(place)) * span
        return start..<(start + span)
    }

    /// All entries below the tile.
    var entries: Range<UInt64> { entries(at: 0).lowerBound..<entries(at: width - 1).upperBound }

    init(level: Int?, index: UInt64, width: Int) {
        self.level = level
        self.index = index
        self.width = width
    }

    /// `nil` unless `path` is exactly what ``text`` writes, for a level and an index that a log of 2^56 entries has.
    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tile" else { return nil }
        var level: Int?
        if parts[1] != "entries" {
            guard let number = Int(parts[1]), (0...6).contains(number) else { return nil }
            level = number
        }
        var rest = parts[2...].map { String($0) }
        var width = 256
        if rest.count >= 2, rest[rest.count - 2].hasSuffix(".p") {
            guard let partial = Int(rest.removeLast()), (1...255).contains(partial) else { return nil }
            width = partial
            rest[rest.count - 1].removeLast(2)
        }
        guard let index = UInt64(rest.joined().filter { $0 != "x" }), index < 1 << UInt64(48 - 8 * (level ?? 0)) else {
            return nil
        }
        self.init(level: level, index: index, width: width)
        guard text.utf8.elementsEqual(path.utf8) else { return nil }
    }

    /// The names that a tree of `size` has at one level, or of its bundles.
    static func all(level: Int?, size: UInt64) -> [TileName] {
        let count = level.map { size >> UInt64(8 * $0) } ?? size
        var names = (0..<(count / 256)).map { TileName(level: level, index: $0, width: 256) }
        if count % 256 > 0 { names.append(TileName(level: level, index: count / 256, width: Int(count % 256))) }
        return names
    }

    /// How many levels of tiles a tree of `size` has.
    static func levelCount(size: UInt64) -> Int {
        var count = 0
        while size >> UInt64(8 * count) > 0 { count += 1 }
        return count
    }
}
