import AssayColumns
import AssayJSON
import AssayServing
import AssayTerms

/// The one type of a column whose values come from segments that each have a type of their own for it.
struct ExportedType {
    /// `nil` while there is no value.
    private var known: ColumnType?
    /// The type of what has no value.
    private let first: ColumnType
    /// Whether each whole number is a fraction's too.
    private var isExact = true

    init(_ column: Column) {
        first = column.type
        add(column)
    }

    /// Fractions where some are and whole numbers lose nothing by it; texts where values are of several kinds.
    var type: ColumnType {
        guard let known else { return first }
        return known == .double && !isExact ? .text : known
    }

    mutating func add(_ column: Column) {
        guard Self.hasValues(column) else { return }
        if case .int64(let values) = column.values {
            isExact = isExact && values.indices.allSatisfy { !column.isPresent($0) || values[$0].magnitude <= 1 << 53 }
        }
        switch (known, column.type) {
        case (nil, let type): known = type
        case (let known?, let type) where known == type: break
        case (.int64?, .double), (.double?, .int64): known = .double
        default: known = .text
        }
    }

    private static func hasValues(_ column: Column) -> Bool { column.count > 0 && column.validity?.missingCount != column.count }

    /// The column's values as that type.
    static func column(_ column: Column, as type: ColumnType) -> Column {
        if column.type == type { return column }
        if !hasValues(column) { return missing(column.name, type, column.count) }
        if type == .double, case .int64(let values) = column.values {
            return Column(name: column.name, values: .double(values.map { Double($0) }), validity: column.validity)
        }
        return Column(
            name: column.name,
            texts: (0..<column.count).map { row in
                let value = column.json(row)
                return value.isNull ? nil : value.string.map { Text($0) } ?? Text(String(decoding: value.bytes(), as: UTF8.self))
            })
    }

    static func missing(_ name: Text, _ type: ColumnType, _ count: Int) -> Column {
        let values: Column.Values =
            switch type {
            case .boolean: .boolean([UInt8](repeating: 0, count: count))
            case .int64: .int64([Int64](repeating: 0, count: count))
            case .double: .double([Double](repeating: 0, count: count))
            case .text: .text(codes: [Int32](repeating: 0, count: count), dictionary: TextDictionary([""]))
            case .timestamp: .timestamp([Int64](repeating: 0, count: count))
            }
        return Column(name: name, values: values, validity: Validity(count: count, present: false))
    }
}
