/// What a database holds of a log, read piece by piece so that no log is too long to be compared.
package protocol RecordedEntries: Sendable {
    /// Entries with an index of `index` or more in the order of their indexes, at most `limit`; none at the end.
    ///
    /// - Parameter withPayloads: whether payloads are asked for; without, they may be given as `sealed`.
    func entries(from index: UInt64, limit: Int, withPayloads: Bool) throws(LogReadError) -> [DatabaseEntry]
}

/// Entries held in memory.
package struct MemoryRecordedEntries: RecordedEntries {
    private let entries: [DatabaseEntry]

    package init(_ entries: [DatabaseEntry]) { self.entries = entries.sorted { $0.index < $1.index } }

    package func entries(from index: UInt64, limit: Int, withPayloads: Bool) -> [DatabaseEntry] {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return Array(entries[low...].prefix(limit))
    }
}

/// The leaves of recorded entries by their index.
struct RecordedLeaves: Sendable {
    private let entries: any RecordedEntries

    init(_ entries: any RecordedEntries) { self.entries = entries }

    /// One leaf, for naming what is wrong to the byte; what cannot be read now is reported where all entries are compared.
    subscript(index: UInt64) -> [UInt8]? {
        let found = try? entries.entries(from: index, limit: 1, withPayloads: false).first
        return found?.index == index ? found?.leaf : nil
    }

    /// The leaves of a bundle's entries; `nil` where the database has none.
    func leaves(from start: UInt64, count: Int) throws(LogReadError) -> [[UInt8]?] {
        var leaves = [[UInt8]?](repeating: nil, count: count)
        for entry in try entries.entries(from: start, limit: count, withPayloads: false) where entry.index < start + UInt64(count) {
            leaves[Int(entry.index - start)] = entry.leaf
        }
        return leaves
    }
}
