/// The name of a tile or an entry bundle: C2SP tlog-tiles (c2sp.org/tlog-tiles).
package struct TilePath: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// Node hashes of height 8 × `level`.
        case hashes(level: Int)
        /// Entries, each with its length in two bytes, the larger first.
        case entries
    }

    /// Hashes of a full tile and entries of a full bundle.
    package static let fullWidth = 256

    package let content: Content
    package let index: UInt64
    /// 256 for a full tile, 1 to 255 for a partial one.
    package let width: Int

    /// - Precondition: `width` is 1...256 and a level is 0...63.
    package init(_ content: Content, index: UInt64, width: Int = fullWidth) {
        precondition((1...Self.fullWidth).contains(width), "a tile has 1 to 256 hashes")
        if case .hashes(let level) = content { precondition((0...63).contains(level), "a tile's level is 0 to 63") }
        self.content = content
        self.index = index
        self.width = width
    }

    package var isPartial: Bool { width < Self.fullWidth }

    /// The same tile in another width.
    package func resized(to width: Int) -> TilePath { TilePath(content, index: index, width: width) }

    /// For example `tile/0/x001/x234/067` and `tile/entries/000.p/17`.
    package var text: String {
        isPartial ? partialFolder + "/\(width)" : fullText
    }

    /// The folder that holds the tile's partial forms, each named by its width.
    package var partialFolder: String { fullText + ".p" }

    private var fullText: String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.utf8.count) + digits)
            rest /= 1000
        } while rest > 0
        let number = groups.enumerated().reversed().map { $0.offset > 0 ? "x" + $0.element : $0.element }
        let folder =
            switch content {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        return "tile/\(folder)/" + number.joined(separator: "/")
    }

    /// The tile that `text` names; `nil` unless it is exactly what ``text`` writes.
    package init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts.count <= 12, parts[0] == "tile" else { return nil }
        let content: Content
        if parts[1] == "entries" {
            content = .entries
        } else if let level = Int(parts[1]), (0...63).contains(level) {
            content = .hashes(level: level)
        } else {
            return nil
        }
        var width = Self.fullWidth
        if parts.count >= 4, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Int(parts.removeLast()), (1..<Self.fullWidth).contains(partial) else { return nil }
            width = partial
            parts[parts.count - 1].removeLast(2)
        }
        var index: UInt64 = 0
        for (place, group) in parts[2...].enumerated() {
            let digits = place < parts.count - 3 ? group.drop { $0 == "x" } : group[...]
            guard digits.utf8.count == 3, let value = UInt64(digits) else { return nil }
            let (thousands, overflow) = index.multipliedReportingOverflow(by: 1000)
            let (sum, carry) = thousands.addingReportingOverflow(value)
            guard !overflow, !carry else { return nil }
            index = sum
        }
        self.init(content, index: index, width: width)
        guard self.text.utf8.elementsEqual(text.utf8) else { return nil }
    }

    /// Every tile and bundle of a tree, in a fixed order: levels upwards, then the entries.
    package static func all(treeSize: UInt64) -> [TilePath] {
        var paths: [TilePath] = []
        var level = 0
        var count = treeSize
        while count > 0 {
            paths += tiles(.hashes(level: level), count: count)
            level += 1
            count /= UInt64(fullWidth)
        }
        return paths + tiles(.entries, count: treeSize)
    }

    private static func tiles(_ content: Content, count: UInt64) -> [TilePath] {
        let full = count / UInt64(fullWidth)
        var paths = (0..<full).map { TilePath(content, index: $0) }
        let rest = Int(count % UInt64(fullWidth))
        if rest > 0 { paths.append(TilePath(content, index: full, width: rest)) }
        return paths
    }
}
