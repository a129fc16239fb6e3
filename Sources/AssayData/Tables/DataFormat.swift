internal import AssayTerms

/// The file formats that are read.
package enum DataFormat: String, Sendable, CaseIterable {
    case csv
    case parquet

    /// Judges by content; the name only decides what an error says.
    static func detected(in file: InputFile) throws(AssayError) -> DataFormat {
        let head = try file.bytes(at: 0, count: 4096)
        func begins(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
        if begins(Array("PAR1".utf8)) || begins(Array("PARE".utf8)) { return .parquet }
        if file.name.lowercased().hasSuffix(".parquet") {
            throw AssayError(.unreadable, "\(file.name) is named like a Parquet file and is none")
        }
        let others: [([UInt8], String)] = [
            (Array("ARROW1".utf8), "an Arrow IPC file"), ([0x1F, 0x8B], "compressed with gzip"),
            ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"), (Array("PK".utf8) + [3, 4], "a zip archive or a spreadsheet"),
            (Array("ORC".utf8), "an ORC file"), (Array("SQLite format 3".utf8), "an SQLite database"),
        ]
        for (magic, kind) in others where begins(magic) {
            throw AssayError(
                .unsupported, "\(file.name) is \(kind), which is not read; convert it to CSV or Parquet")
        }
        guard !head.contains(0) else {
            throw AssayError(
                .unreadable,
                "\(file.name) is neither Parquet nor text in UTF-8; convert it to CSV (UTF-8) or Parquet")
        }
        return .csv
    }
}
