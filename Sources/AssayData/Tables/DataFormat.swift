internal import AssayTerms

/// The file formats that are read.
package enum DataFormat: String, Sendable, CaseIterable {
    case csv
    case parquet
    /// Arrow IPC: a file (Feather) or a stream.
    case arrow
    /// One JSON object a line.
    case jsonLines

    /// Judges by content; the name only decides what an error says.
    static func detected(in file: InputFile) throws(AssayError) -> DataFormat {
        let head = try file.bytes(at: 0, count: 4096)
        func begins(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
        if begins(Array("PAR1".utf8)) || begins(Array("PARE".utf8)) { return .parquet }
        if begins(Array("ARROW1".utf8)) || begins([0xFF, 0xFF, 0xFF, 0xFF]) { return .arrow }
        let name = file.name.lowercased()
        if name.hasSuffix(".parquet") {
            throw AssayError(.unreadable, "\(file.name) is named like a Parquet file and is none")
        }
        let others: [([UInt8], String)] = [
            (Array("FEA1".utf8), "a Feather file of the first version"), (Array("PK".utf8) + [3, 4], "a zip archive or a spreadsheet"),
            (Array("ORC".utf8), "an ORC file"), (Array("SQLite format 3".utf8), "an SQLite database"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz"), (Array("BZh".utf8), "compressed with bzip2"),
        ]
        for (magic, kind) in others where begins(magic) {
            throw AssayError(
                .unsupported,
                "\(file.name) is \(kind), which is not read; convert it to CSV, JSON Lines, Parquet or Arrow IPC")
        }
        guard !head.contains(0) else {
            throw AssayError(
                .unreadable,
                "\(file.name) is neither Parquet, Arrow IPC nor text in UTF-8; convert it to CSV (UTF-8) or Parquet")
        }
        return try textFormat(head, file)
    }

    /// A CSV header that begins with a brace and a quote, as an object does, is nobody's.
    private static func textFormat(_ head: [UInt8], _ file: InputFile) throws(AssayError) -> DataFormat {
        let text = (head.starts(with: [0xEF, 0xBB, 0xBF]) ? head[3...] : head[...]).filter { $0 > 0x20 }
        switch (text.first, text.dropFirst().first) {
        case (UInt8(ascii: "{"), UInt8(ascii: "\"")), (UInt8(ascii: "{"), UInt8(ascii: "}")): return .jsonLines
        case (UInt8(ascii: "["), UInt8(ascii: "{")), (UInt8(ascii: "["), UInt8(ascii: "[")):
            throw AssayError(
                .unsupported, "\(file.name) is one JSON array, which is not read; write JSON Lines: one object a line")
        default: return .csv
        }
    }
}
