import AssayColumns
import AssayTerms

/// One column of many blocks, put together, from which rows are taken in any order.
struct ColumnGathering {
    private let name: Text
    private let type: ColumnType
    private var bytes: [UInt8] = []
    private var integers: [Int64] = []
    private var doubles: [Double] = []
    private var codes: [Int32] = []
    private var dictionary = TextDictionary()
    private var present: [Bool] = []

    init(name: Text, type: ColumnType) {
        self.name = name
        self.type = type
    }

    /// - Precondition: all blocks are of one reader, so that codes of text mean the same.
    mutating func append(_ column: Column) {
        switch column.values {
        case .boolean(let values): bytes += values
        case .int64(let values), .timestamp(let values): integers += values
        case .double(let values): doubles += values
        case .text(let values, let dictionary):
            codes += values
            self.dictionary = dictionary
        }
        for row in 0..<column.count { present.append(column.isPresent(row)) }
    }

    /// The rows named, `nil` for no row: a missing value.
    func column(of rows: [Int?]) -> Column {
        func taken<Value>(_ values: [Value], _ placeholder: Value) -> [Value] { rows.map { $0.map { values[$0] } ?? placeholder } }
        let values: Column.Values =
            switch type {
            case .boolean: .boolean(taken(bytes, 0))
            case .int64: .int64(taken(integers, 0))
            case .timestamp: .timestamp(taken(integers, 0))
            case .double: .double(taken(doubles, 0))
            case .text: .text(codes: taken(codes, 0), dictionary: dictionary)
            }
        return Column(name: name, values: values, validity: Validity(rows.map { $0.map { present[$0] } ?? false }))
    }

    /// The row's value, `nil` where there is none.
    func value(at row: Int) -> ColumnValue? {
        guard present[row] else { return nil }
        return switch type {
        case .boolean: ColumnValue(bytes[row] != 0)
        case .int64: .integer(integers[row])
        case .double: ColumnValue(doubles[row])
        case .text: .text(dictionary[codes[row]])
        case .timestamp: .timestamp(integers[row])
        }
    }
}
