package import AssayTerms

/// Entries one after the other, each with its length as two bytes, the larger first.
package enum EntryBundle {
    /// - Precondition: `entry` has at most 65,535 bytes; a leaf has at most 4,096.
    package static func append(_ entry: [UInt8], to bytes: inout [UInt8]) {
        precondition(entry.count <= UInt16.max, "an entry's length fits two bytes")
        bytes.append(UInt8(entry.count >> 8))
        bytes.append(UInt8(entry.count & 0xFF))
        bytes.append(contentsOf: entry)
    }

    /// - Throws: `corrupt` if `bytes` are not `count` whole entries.
    package static func entries(in bytes: [UInt8], count: Int) throws(AssayError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var offset = 0
        while offset < bytes.count {
            guard offset + 2 <= bytes.count else { break }
            let end = offset + 2 + Int(bytes[offset]) << 8 + Int(bytes[offset + 1])
            guard end <= bytes.count else { break }
            entries.append(Array(bytes[(offset + 2)..<end]))
            offset = end
        }
        guard offset == bytes.count, entries.count == count else {
            throw AssayError(.corrupt, "an entry bundle of the ledger does not hold \(count) whole entries")
        }
        return entries
    }

    /// The first `count` entries' bytes of a bundle; `nil` if it has fewer.
    package static func prefix(of bytes: [UInt8], count: Int) -> [UInt8]? {
        var offset = 0
        for _ in 0..<count {
            guard offset + 2 <= bytes.count else { return nil }
            offset += 2 + Int(bytes[offset]) << 8 + Int(bytes[offset + 1])
            guard offset <= bytes.count else { return nil }
        }
        return Array(bytes[..<offset])
    }
}
