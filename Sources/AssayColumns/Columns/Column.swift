package import AssayTerms

/// One named column of a row block. Rows where `validity` is clear hold an unspecified value.
package struct Column: Sendable {
    package enum Values: Sendable {
        /// 0 or 1 a row.
        case boolean([UInt8])
        case int64([Int64])
        case double([Double])
        /// One code a row into the column's dictionary; the same code means the same text in every block.
        case text(codes: [Int32], dictionary: TextDictionary)
        /// Microseconds since 1970, UTC.
        case timestamp([Int64])
    }

    package let name: Text
    package let values: Values
    /// `nil` where every row has a value.
    package let validity: Validity?

    package init(name: Text, values: Values, validity: Validity? = nil) {
        self.name = name
        self.values = values
        self.validity = validity.flatMap { $0.missingCount == 0 ? nil : $0 }
        precondition(validity.map { $0.count == self.count } ?? true, "validity and values differ in length")
    }

    package var count: Int {
        switch values {
        case .boolean(let values): values.count
        case .int64(let values), .timestamp(let values): values.count
        case .double(let values): values.count
        case .text(let codes, _): codes.count
        }
    }

    package var type: ColumnType {
        switch values {
        case .boolean: .boolean
        case .int64: .int64
        case .double: .double
        case .text: .text
        case .timestamp: .timestamp
        }
    }

    package func isPresent(_ row: Int) -> Bool { validity?[row] ?? true }
}
