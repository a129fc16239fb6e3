/// One bundle's bytes against the hashes its entries must have.
struct BundleCheck {
    /// The writer's own limit; where a length was changed, the true one is searched up to here.
    private static let longestEntry = 4096

    private let name: TileName
    private let bytes: [UInt8]
    /// Whether entries beyond the tile's width follow, because a wider bundle stands in for this one.
    private let isWider: Bool
    private(set) var findings: [Finding] = []

    init(name: TileName, bytes: [UInt8], isWider: Bool) {
        self.name = name
        self.bytes = bytes
        self.isWider = isWider
    }

    /// The entries of a bundle; `nil` unless they are `count` whole ones (or more, if it is a wider bundle).
    static func entries(_ bytes: [UInt8], count: Int, isWider: Bool = false) -> [ArraySlice<UInt8>]? {
        var entries: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count, entries.count < count {
            guard let end = end(of: bytes, at: start) else { return nil }
            entries.append(bytes[(start + 2)..<end])
            start = end
        }
        return entries.count == count && (isWider || start == bytes.count) ? entries : nil
    }

    /// Where the entry that begins at `start` ends; `nil` if the bytes do not reach so far.
    private static func end(of bytes: [UInt8], at start: Int) -> Int? {
        guard start + 2 <= bytes.count else { return nil }
        let end = start + 2 + Int(bytes[start]) * 256 + Int(bytes[start + 1])
        return end <= bytes.count ? end : nil
    }

    /// Walks the entries. One that has not its hash is skipped by the first of: what the database recorded, its
    /// length as written if the next entry then fits, its hash at another length, the place where the next begins.
    mutating func run(hashes: [Hash?], recorded: RecordedLeaves?) {
        var start = 0
        for place in 0..<name.width {
            let index = name.index * 256 + UInt64(place)
            guard let hash = hashes[Int(index)] else {
                // Nothing proves this entry; the tile above was named already.
                guard let end = Self.end(of: bytes, at: start) else { return }
                start = end
                continue
            }
            if matches(hash, at: start), let end = Self.end(of: bytes, at: start) {
                start = end
                continue
            }
            let next = place + 1 < name.width ? hashes[Int(index) + 1] : nil
            guard let end = skip(start, index: index, hash: hash, next: next, isLast: place + 1 == name.width, recorded)
            else {
                findings.append(
                    Finding(
                        name.text, offset: min(start, max(0, bytes.count - 1)), length: max(1, bytes.count - start),
                        entries: index..<name.entries.upperBound, "the entries are not those the tree needs"))
                return
            }
            start = end
        }
        if start < bytes.count, !isWider {
            findings.append(
                Finding(
                    name.text, offset: start, length: bytes.count - start, entries: nil,
                    Difference.words(actual: bytes.count, expected: start, differing: 0)))
        }
    }

    private func matches(_ hash: Hash, at start: Int) -> Bool {
        guard let end = Self.end(of: bytes, at: start) else { return false }
        return Hashing.leaf(bytes[(start + 2)..<end]) == hash
    }

    /// Names what is wrong with the entry at `start` and answers where the next begins; `nil` if that is not known.
    private mutating func skip(
        _ start: Int, index: UInt64, hash: Hash, next: Hash?, isLast: Bool, _ recorded: RecordedLeaves?
    ) -> Int? {
        func fits(_ end: Int) -> Bool {
            isLast ? end == bytes.count || (isWider && end < bytes.count) : next.map { matches($0, at: end) } ?? false
        }
        if let leaf = recorded?[index], Hashing.leaf(leaf) == hash {
            let expected = [UInt8(leaf.count >> 8), UInt8(leaf.count & 255)] + leaf
            let slack = 1...64
            let ends =
                [start + expected.count] + slack.flatMap { [start + expected.count - $0, start + expected.count + $0] }
            if let end = ends.first(where: { $0 > start && $0 <= bytes.count && fits($0) }) {
                return note(start, end, index, expected: expected)
            }
        }
        if let end = Self.end(of: bytes, at: start), fits(end) { return note(start, end, index, expected: nil) }
        // The length was changed: the entry's own bytes still have its hash.
        for length in 0...Self.longestEntry where start + 2 + length <= bytes.count {
            guard Hashing.leaf(bytes[(start + 2)..<(start + 2 + length)]) == hash else { continue }
            let end = start + 2 + length
            return note(
                start, end, index, expected: [UInt8(length >> 8), UInt8(length & 255)] + bytes[(start + 2)..<end])
        }
        let limit = min(bytes.count, start + 2 * Self.longestEntry)
        if isLast { return isWider ? nil : note(start, bytes.count, index, expected: nil) }
        guard start < limit, let end = ((start + 1)..<limit).first(where: fits) else { return nil }
        return note(start, end, index, expected: nil)
    }

    private mutating func note(_ start: Int, _ end: Int, _ index: UInt64, expected: [UInt8]?) -> Int {
        var finding = Finding(
            name.text, offset: min(start, max(0, bytes.count - 1)), length: max(1, end - start),
            entries: index..<(index + 1),
            "the entry is not the one the tree holds here")
        if let expected, let place = Difference.place(of: bytes[start..<end], from: expected) {
            finding.offset = start + place.offset
            finding.length = end - start == expected.count ? place.length : max(1, end - start - place.offset)
            finding.message = Difference.words(
                actual: end - start, expected: expected.count, differing: place.length)
        }
        findings.append(finding)
        return end
    }
}
