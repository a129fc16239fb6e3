/// What a database holds of the log, against the log.
extension LogVerifier {
    private static let databaseFile = "database"

    /// Entries that are asked for at once.
    private static let page = 1024

    /// - Parameter leaves: the leaf hashes; `nil` if every entry below `size` is known to be the log's.
    /// - Complexity: memory for one page of entries.
    mutating func compare(_ recorded: any RecordedEntries, size: UInt64, leaves: [Hash?]?) throws(LogReadError) {
        var count = 0
        var next: UInt64 = 0
        var missing: [Range<UInt64>] = []
        while true {
            let page = try recorded.entries(from: next, limit: Self.page, withPayloads: true)
            if page.isEmpty { break }
            for entry in page {
                count += 1
                guard entry.index >= next else {
                    report.findings.append(
                        Finding(Self.databaseFile, entries: entry.index..<(entry.index + 1), "two entries have this index"))
                    continue
                }
                if next < min(entry.index, size) { missing.append(next..<min(entry.index, size)) }
                next = entry.index + 1
                compare(entry, hash: entry.index < size ? leaves?[Int(entry.index)] : nil)
            }
        }
        report.databaseEntryCount = count
        if next < size { missing.append(next..<size) }
        for range in missing { noteMissing(range) }
    }

    /// - Parameter hash: of the log's entry; `nil` where it needs no comparison.
    private mutating func compare(_ entry: DatabaseEntry, hash: Hash?) {
        let place = entry.index..<(entry.index + 1)
        if let hash, Hashing.leaf(entry.leaf) != hash {
            report.findings.append(
                Finding(Self.databaseFile, entries: place, "the entry is not the one the log has published"))
        }
        switch entry.payload {
        case .sealed: break
        case .erased: report.erasedPayloadCount += 1
        case .digest(let digest):
            report.payloadCount += 1
            if LeafText(bytes: entry.leaf[...]).word("payload") != LogVerifyingKey.hexadecimal(digest) {
                report.findings.append(
                    Finding(Self.databaseFile, entries: place, "the payload is not the one the entry was made with"))
            }
        }
    }

    private mutating func noteMissing(_ range: Range<UInt64>) {
        report.findings.append(
            Finding(Self.databaseFile, entries: range, "published entries are missing in the database"))
    }
}
