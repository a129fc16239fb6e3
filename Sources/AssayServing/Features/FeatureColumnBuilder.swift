package import AssayColumns
package import AssayJSON
import AssayTerms

/// One feature of a store, cell by cell. What JSON has no number for is written as text.
package struct FeatureColumnBuilder {
    private let type: ColumnType
    private var bytes: [UInt8] = []
    private var integers: [Int64] = []
    private var doubles: [Double] = []
    private var codes: [Int32] = []
    private let dictionary = TextDictionary()
    private var present: [Bool] = []

    init(_ type: ColumnType) { self.type = type }

    /// - Returns: whether the cell is one of the type.
    mutating func append(_ cell: JSONValue) -> Bool {
        switch (type, cell) {
        case (.boolean, .null): bytes.append(0)
        case (.boolean, .bool(let value)): bytes.append(value ? 1 : 0)
        case (.int64, .null), (.timestamp, .null): integers.append(0)
        case (.int64, .integer(let value)), (.timestamp, .integer(let value)): integers.append(value)
        case (.double, .null): doubles.append(.nan)
        case (.double, .integer(let value)): doubles.append(Double(value))
        case (.double, .number(let value)): doubles.append(value)
        case (.double, .string("Infinity")): doubles.append(.infinity)
        case (.double, .string("-Infinity")): doubles.append(-.infinity)
        case (.text, .null): codes.append(dictionary.code(for: ""))
        case (.text, .string(let text)): codes.append(dictionary.code(for: Text(text)))
        default: return false
        }
        present.append(!cell.isNull)
        return true
    }

    func column(named name: Text) -> Column {
        let values: Column.Values =
            switch type {
            case .boolean: .boolean(bytes)
            case .int64: .int64(integers)
            case .double: .double(doubles)
            case .text: .text(codes: codes, dictionary: dictionary)
            case .timestamp: .timestamp(integers)
            }
        return Column(name: name, values: values, validity: Validity(present))
    }

    /// A row's value as a store has it: what ``append(_:)`` reads back to the same value.
    package static func cell(_ column: Column, _ row: Int) -> JSONValue {
        guard column.isPresent(row) else { return .null }
        switch column.values {
        case .double(let values) where values[row].isNaN: return .null
        case .double(let values) where values[row].isInfinite: return .string(values[row] < 0 ? "-Infinity" : "Infinity")
        case .timestamp(let values): return .integer(values[row])
        default: return column.json(row)
        }
    }
}
