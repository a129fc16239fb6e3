import AssayColumns
import AssayTerms

/// A column of labels, put together from tables by the place of each row.
///
/// Of one type where all tables agree; numbers of both kinds as double; else texts.
struct LabelColumn {
    private let name: Text
    private let sources: [Column?]
    private let places: [LabelPlace]
    private var validity: Validity

    static func column(_ name: Text, _ sources: [Column?], _ places: [LabelPlace]) -> Column {
        var one = LabelColumn(name: name, sources: sources, places: places, validity: Validity(count: places.count, present: false))
        return one.column()
    }

    private mutating func column() -> Column {
        let types = Set(sources.compactMap { $0?.type })
        let values: Column.Values =
            if types.isSubset(of: [.int64, .boolean]) {
                .int64(filled(0, \.whole))
            } else if types.isSubset(of: [.int64, .boolean, .double]) {
                .double(filled(.nan, \.numbers))
            } else if types == [.timestamp] {
                .timestamp(filled(0, \.whole))
            } else {
                texts()
            }
        return Column(name: name, values: values, validity: validity)
    }

    /// The values of one table after the other as an array, so that a row costs a look at it and no more.
    private mutating func filled<Value>(_ missing: Value, _ path: KeyPath<Column, [Value]?>) -> [Value] {
        let tables = sources.map { column in (values: column?[keyPath: path], validity: column?.validity) }
        var result = [Value](repeating: missing, count: places.count)
        for table in tables.indices {
            guard let values = tables[table].values else { continue }
            for (row, place) in places.enumerated() where Int(place.table) == table {
                if let validity = tables[table].validity, !validity[Int(place.row)] { continue }
                let value = values[Int(place.row)]
                if let number = value as? Double, number.isNaN { continue }
                result[row] = value
                validity.markPresent(row)
            }
        }
        return result
    }

    private mutating func texts() -> Column.Values {
        let dictionary = TextDictionary([""])
        var codes = [Int32](repeating: 0, count: places.count)
        // A text of a table has one code here, asked for once.
        var known = sources.map { column -> [Int32] in
            guard case .text(_, let texts)? = column?.values else { return [] }
            return [Int32](repeating: -1, count: texts.count)
        }
        for (row, place) in places.enumerated() where place.isThere {
            guard let column = sources[Int(place.table)], column.isPresent(Int(place.row)) else { continue }
            if case .text(let own, let texts) = column.values {
                let code = own[Int(place.row)]
                if known[Int(place.table)][Int(code)] < 0 { known[Int(place.table)][Int(code)] = dictionary.code(for: texts[code]) }
                codes[row] = known[Int(place.table)][Int(code)]
            } else if let value = column.value(at: Int(place.row)) {
                codes[row] = dictionary.code(for: value.name)
            } else {
                continue
            }
            validity.markPresent(row)
        }
        return .text(codes: codes, dictionary: dictionary)
    }
}

extension Column {
    /// Integers, booleans as 0 and 1, times in microseconds.
    fileprivate var whole: [Int64]? {
        switch values {
        case .boolean(let values): values.map { Int64($0) }
        case .int64(let values), .timestamp(let values): values
        case .double, .text: nil
        }
    }

    fileprivate var numbers: [Double]? {
        switch values {
        case .boolean(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        case .double(let values): values
        case .timestamp, .text: nil
        }
    }
}
