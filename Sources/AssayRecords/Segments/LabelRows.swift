import AssayColumns
import AssayTerms

/// A segment of labels whose rows' names stay where they were read: a million of them are compared, and hardly one is asked for as a text.
package struct LabelRows: Sendable {
    private let bytes: [UInt8]
    /// Where the different names stand.
    private let names: [Range<Int>]
    /// Which name a row has.
    private let codes: [UInt32]
    /// All columns but the names.
    let columns: [Column]

    init(bytes: [UInt8], names: [Range<Int>], codes: [UInt32], columns: [Column]) {
        self.bytes = bytes
        self.names = names
        self.codes = codes
        self.columns = columns
    }

    package var rowCount: Int { codes.count }

    subscript(column: Text) -> Column? { columns.first { $0.name == column } }

    /// The name of a row as that of a prediction; `nil` where it is none.
    func id(of row: Int) -> RecordID? { bytes.withUnsafeBufferPointer { RecordID(utf8: $0[names[Int(codes[row])]]) } }

    /// `nil` for what is no UTF-8, as no name of a row is.
    func text(of row: Int) -> Text? { Text(utf8: bytes[names[Int(codes[row])]]) }
}
