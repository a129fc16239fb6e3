import AssayColumns
import AssayMetrics
import AssayTerms

/// Columns that are read together: the scores of several classes, and sets of labels.
enum SeveralColumns {
    /// The values that the classes' names stand for, read by what the labels are.
    ///
    /// - Parameter domain: `nil` where no row has a label yet; then no row is judged by them either.
    /// - Throws: `invalidArgument` for a name that is none of the labels' type, or two names of one class.
    static func classes(
        _ columns: [ClassColumn], domain: ColumnValue.Domain?, label: Text
    ) throws(AssayError) -> [ColumnValue] {
        let type: ColumnType =
            switch domain {
            case .numbers: .double
            case .timestamps: .timestamp
            case .text, nil: .text
            }
        var classes: [ColumnValue] = []
        for column in columns {
            let value = try ColumnValue(reading: column.name, as: type, column: label)
            guard !classes.contains(value) else {
                throw AssayError(
                    .invalidArgument, "two columns hold the scores of class \(ValueList.quoted(column.name)); name each class once")
            }
            classes.append(value)
        }
        return classes
    }

    /// Classes and scores in the order of the classes, and each row's place among them.
    ///
    /// - Parameters:
    ///   - codes: of the labels, by `values`.
    ///   - values: the labels' values by code.
    static func ordered(
        classes: [ColumnValue], scores: [[Double]], codes: [Int32], values: [ColumnValue]
    ) -> (labels: [Int32], scores: [[Double]]) {
        let order = classes.indices.sorted { classes[$0] < classes[$1] }
        var places: [ColumnValue: Int32] = [:]
        for (place, index) in order.enumerated() { places[classes[index]] = Int32(place) }
        let byCode = values.map { places[$0] ?? ClassScoreState.unknown }
        return (codes.map { $0 < 0 ? -1 : byCode[Int($0)] }, order.map { scores[$0] })
    }

    /// 0, 1 or 2 (missing) a row.
    ///
    /// - Throws: `invalidArgument` where a value is neither 0 nor 1 (false nor true).
    static func indicators(_ column: Column, firstRow: Int) throws(AssayError) -> [UInt8] {
        let numbers = try NumberColumn(column)
        var codes = [UInt8](repeating: BinaryCoding.missing, count: column.count)
        for row in codes.indices where numbers.validity?[row] ?? true {
            let value = numbers.values[row]
            guard value == 0 || value == 1 else {
                throw AssayError(
                    .invalidArgument,
                    "row \(firstRow + row) (counted from 0) of column \(ValueList.quoted(column.name)) is neither 0 nor 1; "
                        + "a column of a set of labels says yes or no")
            }
            codes[row] = value == 1 ? BinaryCoding.positive : BinaryCoding.negative
        }
        return codes
    }
}
