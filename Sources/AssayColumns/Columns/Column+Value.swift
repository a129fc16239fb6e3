extension Column {
    /// The row's value, for the few rows that are shown or judged one by one; `nil` where there is none.
    package func value(at row: Int) -> ColumnValue? {
        guard isPresent(row) else { return nil }
        return switch values {
        case .boolean(let values): ColumnValue(values[row] != 0)
        case .int64(let values): .integer(values[row])
        case .double(let values): ColumnValue(values[row])
        case .text(let codes, let dictionary): .text(dictionary[codes[row]])
        case .timestamp(let values): .timestamp(values[row])
        }
    }

    /// The rows named, in that order.
    package func gathered(_ rows: [Int]) -> Column {
        let gathered: Values =
            switch values {
            case .boolean(let values): .boolean(rows.map { values[$0] })
            case .int64(let values): .int64(rows.map { values[$0] })
            case .double(let values): .double(rows.map { values[$0] })
            case .text(let codes, let dictionary): .text(codes: rows.map { codes[$0] }, dictionary: dictionary)
            case .timestamp(let values): .timestamp(rows.map { values[$0] })
            }
        return Column(name: name, values: gathered, validity: validity.map { validity in Validity(rows.map { validity[$0] }) })
    }
}
