import AssayColumns
import AssayTerms

/// Columns of one name from two tables as one, so that rows can be put together from both.
///
/// Booleans, integers and doubles become the widest of the two; texts share one dictionary. A column without any value, or one
/// that is not there, fits every type.
enum JoinedColumns {
    /// - Throws: `invalidArgument` where one holds numbers and the other text or times.
    static func join(_ first: Column?, _ firstCount: Int, _ second: Column?, _ secondCount: Int, name: Text) throws(AssayError) -> Column {
        let first = first.flatMap { hasValues($0) ? $0 : nil }
        let second = second.flatMap { hasValues($0) ? $0 : nil }
        let values: Column.Values
        switch (first?.values, second?.values) {
        case (nil, nil): values = .double([Double](repeating: .nan, count: firstCount + secondCount))
        case (let only?, nil): values = padded(only, before: 0, after: secondCount)
        case (nil, let only?): values = padded(only, before: firstCount, after: 0)
        case (let left?, let right?): values = try joined(left, right, name)
        }
        return Column(name: name, values: values, validity: validity(first, firstCount, second, secondCount))
    }

    private static func hasValues(_ column: Column) -> Bool { column.validity.map { $0.presentCount > 0 } ?? true }

    private static func validity(_ first: Column?, _ firstCount: Int, _ second: Column?, _ secondCount: Int) -> Validity? {
        guard first == nil || second == nil || first?.validity != nil || second?.validity != nil else { return nil }
        var validity = Validity(count: firstCount + secondCount, present: false)
        for row in 0..<firstCount where first?.isPresent(row) ?? false { validity.markPresent(row) }
        for row in 0..<secondCount where second?.isPresent(row) ?? false { validity.markPresent(firstCount + row) }
        return validity
    }

    private static func padded(_ values: Column.Values, before: Int, after: Int) -> Column.Values {
        func pad<Value>(_ values: [Value], _ filler: Value) -> [Value] {
            [Value](repeating: filler, count: before) + values + [Value](repeating: filler, count: after)
        }
        switch values {
        case .boolean(let values): return .boolean(pad(values, 0))
        case .int64(let values): return .int64(pad(values, 0))
        case .double(let values): return .double(pad(values, .nan))
        case .timestamp(let values): return .timestamp(pad(values, 0))
        case .text(let codes, let dictionary):
            // A code of its own for rows without a value, in a dictionary that has at least one text.
            return .text(codes: pad(codes, 0), dictionary: dictionary.count == 0 ? TextDictionary([""]) : dictionary)
        }
    }

    private static func joined(_ left: Column.Values, _ right: Column.Values, _ name: Text) throws(AssayError) -> Column.Values {
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): return .boolean(left + right)
        case (.timestamp(let left), .timestamp(let right)): return .timestamp(left + right)
        case (.text(let left, let words), .text(let right, let others)):
            if words === others { return .text(codes: left + right, dictionary: words) }
            let dictionary = TextDictionary(words.texts)
            let codes = others.texts.map { dictionary.code(for: $0) }
            // A row without a value may hold any code.
            return .text(codes: left + right.map { codes.indices.contains(Int($0)) ? codes[Int($0)] : 0 }, dictionary: dictionary)
        case (.boolean, .int64), (.int64, .boolean), (.int64, .int64):
            return .int64(integers(left) + integers(right))
        case (.boolean, .double), (.int64, .double), (.double, .boolean), (.double, .int64), (.double, .double):
            return .double(doubles(left) + doubles(right))
        default:
            throw AssayError(
                .invalidArgument,
                "column '\(name)' holds values of one kind in the rows and of another in the background; give both the same types, "
                    + "with --schema for CSV")
        }
    }

    private static func integers(_ values: Column.Values) -> [Int64] {
        switch values {
        case .boolean(let values): values.map { Int64($0) }
        case .int64(let values): values
        default: []
        }
    }

    private static func doubles(_ values: Column.Values) -> [Double] {
        switch values {
        case .boolean(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        case .double(let values): values
        default: []
        }
    }
}
