/// One thing that is not as it should be, and where.
package struct Finding: Hashable, Sendable {
    /// A file of the ledger's folder, or `database`, or `--since`.
    package var file: String
    /// The first byte that differs, or the start of the smallest part known to hold it; from 0.
    package var offset: Int?
    /// How many bytes from `offset` on may be concerned.
    package var length: Int?
    /// The line of a checkpoint, from 1.
    package var line: Int?
    /// The entries covered.
    package var entries: Range<UInt64>?
    package var message: String

    package init(
        _ file: String, offset: Int? = nil, length: Int? = nil, line: Int? = nil, entries: Range<UInt64>? = nil,
        _ message: String
    ) {
        self.file = file
        self.offset = offset
        self.length = length
        self.line = line
        self.entries = entries
        self.message = message
    }
}

extension Finding: CustomStringConvertible {
    /// For example `tile/entries/000.p/9, bytes 312 to 511 (entry 3): …`.
    package var description: String {
        var place = file
        if let line { place += ", line \(line)" }
        if let offset {
            if let length, length > 1 {
                place += ", bytes \(offset) to \(offset + length - 1)"
            } else {
                place += ", byte \(offset)"
            }
        }
        if let entries { place += entriesText(entries) }
        return place + ": " + message
    }

    private func entriesText(_ entries: Range<UInt64>) -> String {
        switch entries.count {
        case 0: ""
        case 1: " (entry \(entries.lowerBound))"
        default: " (entries \(entries.lowerBound) to \(entries.upperBound - 1))"
        }
    }
}
