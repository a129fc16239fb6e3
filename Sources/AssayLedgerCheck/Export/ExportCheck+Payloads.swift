/// What entries say: each of the period once, and what was erased told by an entry.
extension ExportCheck {
    /// Lines that say `erased`, by their entries' ids, until an entry is seen that tells of it.
    private typealias Untold = [String: (index: UInt64, offset: Int, line: Int)]

    mutating func checkPayloads() throws(LogReadError) {
        var untold: Untold = [:]
        var number = 0
        var next = scope?.entries.lowerBound ?? 0
        let files = files
        let isThere = try files.lines(Self.payloadsFile) { (line, offset) throws(LogReadError) in
            number += 1
            guard let read = PayloadLine(line), let leaf = try leaves.leaf(read.index) else {
                findings.append(Finding(Self.payloadsFile, offset: offset, line: number, "the line is of no entry of the log"))
                return
            }
            if let range = scope?.entries {
                guard range.contains(read.index), read.index >= next else {
                    let words =
                        range.contains(read.index) ? "the entry stands twice or out of order" : "the entry is not of the period"
                    findings.append(Finding(Self.payloadsFile, offset: offset, line: number, entries: read.index..<(read.index + 1), words))
                    return
                }
                noteMissing(next..<read.index, before: number, offset: offset)
                next = read.index + 1
            }
            guard read.said != nil else {
                erasedCount += 1
                erased.insert(read.index)
                untold[leaf.word("id") ?? "entry \(read.index)"] = (read.index, offset, number)
                return
            }
            payloadCount += 1
            check(read, leaf, Self.payloadsFile, line, offset, number, &untold)
        }
        guard isThere else {
            findings.append(Finding(Self.payloadsFile, "the file is missing"))
            return
        }
        if let range = scope?.entries, next < range.upperBound { noteMissing(next..<range.upperBound, before: number + 1, offset: nil) }
        try checkErasures(&untold)
        for place in untold.values.sorted(by: { $0.index < $1.index }) {
            findings.append(
                Finding(
                    Self.payloadsFile, offset: place.offset, line: place.line, entries: place.index..<(place.index + 1),
                    "the line says that it was erased, and no entry of the export tells of that"))
        }
    }

    /// Lines of entries after the period, which tell of erasures.
    private mutating func checkErasures(_ untold: inout Untold) throws(LogReadError) {
        var number = 0
        let files = files
        let isThere = try files.lines(Self.erasuresFile) { (line, offset) throws(LogReadError) in
            number += 1
            guard let read = PayloadLine(line), let leaf = try leaves.leaf(read.index), leaf.word("kind") == Self.erasureKind else {
                findings.append(
                    Finding(Self.erasuresFile, offset: offset, line: number, "the line is of no entry of the log that tells of an erasure"))
                return
            }
            check(read, leaf, Self.erasuresFile, line, offset, number, &untold)
        }
        if !isThere { findings.append(Finding(Self.erasuresFile, "the file is missing")) }
    }

    private static let erasureKind = "payload.erased"

    /// Holds a payload against its entry, and takes the entries whose erasure it tells of from `untold`.
    private mutating func check(
        _ read: PayloadLine, _ leaf: LeafText, _ file: String, _ line: ArraySlice<UInt8>, _ offset: Int, _ number: Int,
        _ untold: inout Untold
    ) {
        guard read.isBehind(leaf) else {
            findings.append(
                Finding(
                    file, offset: offset, length: max(1, line.count), line: number, entries: read.index..<(read.index + 1),
                    "the payload is not the one the entry was made with"))
            return
        }
        guard !untold.isEmpty, leaf.word("kind") == Self.erasureKind, let ids = read.object?["entries"] as? [String] else { return }
        for id in ids {
            // An erasure comes after what it destroys.
            if let place = untold[id], place.index < read.index { untold[id] = nil }
        }
    }

    private mutating func noteMissing(_ range: Range<UInt64>, before number: Int, offset: Int?) {
        guard !range.isEmpty else { return }
        findings.append(
            Finding(
                Self.payloadsFile, offset: offset, line: number, entries: range,
                "the export lacks \(range.count == 1 ? "the line of an entry" : "the lines of \(range.count) entries")"))
    }
}
