/// What a database holds of the log, against the log.
extension LogVerifier {
    private static let databaseFile = "database"

    /// - Parameter leaves: the leaf hashes; `nil` if every entry below `size` is known to be the log's.
    mutating func compare(_ entries: [DatabaseEntry], size: UInt64, leaves: [Hash?]?) {
        report.databaseEntryCount = entries.count
        var seen: Set<UInt64> = []
        for entry in entries.sorted(by: { $0.index < $1.index }) {
            let place = entry.index..<(entry.index + 1)
            guard seen.insert(entry.index).inserted else {
                report.findings.append(Finding(Self.databaseFile, entries: place, "two entries have this index"))
                continue
            }
            if entry.index < size, let hash = leaves?[Int(entry.index)], Hashing.leaf(entry.leaf) != hash {
                report.findings.append(
                    Finding(Self.databaseFile, entries: place, "the entry is not the one the log has published"))
            }
            switch entry.payload {
            case .sealed: break
            case .erased: report.erasedPayloadCount += 1
            case .digest(let digest):
                report.payloadCount += 1
                if Self.payloadText(in: entry.leaf) != LogVerifyingKey.hexadecimal(digest) {
                    report.findings.append(
                        Finding(Self.databaseFile, entries: place, "the payload is not the one the entry was made with")
                    )
                }
            }
        }
        var missing = 0..<0 as Range<UInt64>
        for index in 0..<size where !seen.contains(index) {
            if missing.upperBound == index, !missing.isEmpty {
                missing = missing.lowerBound..<(index + 1)
            } else {
                noteMissing(missing)
                missing = index..<(index + 1)
            }
        }
        noteMissing(missing)
    }

    private mutating func noteMissing(_ range: Range<UInt64>) {
        guard !range.isEmpty else { return }
        report.findings.append(
            Finding(Self.databaseFile, entries: range, "published entries are missing in the database"))
    }

    /// The 64 digits after `"payload":"` in a leaf. A leaf's words hold no quote, so nothing else can look like it.
    private static func payloadText(in leaf: [UInt8]) -> String? {
        let mark = Array("\"payload\":\"".utf8)
        for start in leaf.indices where leaf[start] == mark[0] && leaf[start...].starts(with: mark) {
            return String(decoding: leaf[(start + mark.count)...].prefix(64), as: UTF8.self)
        }
        return nil
    }
}
