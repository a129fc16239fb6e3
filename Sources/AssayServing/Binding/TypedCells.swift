import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms

/// One column's JSON values as a typed column.
struct TypedCells {
    let name: Text
    /// `nil` where no signature says one: then booleans, numbers or text, as the values are.
    let type: ModelSignature.DataType?

    func column(_ cells: [JSONValue]) throws(ServingFailure) -> Column {
        switch type {
        case .double: return try doubles(cells) { $0 }
        case .float: return try doubles(cells) { Double(Float($0)) }
        case .long: return try integers(cells, in: Int64.min...Int64.max)
        case .integer: return try integers(cells, in: Int64(Int32.min)...Int64(Int32.max))
        case .boolean: return try booleans(cells)
        case .string: return try texts(cells)
        case .datetime: return try times(cells)
        case .binary, .other:
            throw .schema(
                "The model's signature says '\(type?.name ?? "")' for column \(name), which is not supported.")
        case nil: return try inferred(cells)
        }
    }

    private func failure() -> ServingFailure {
        .badRequest(
            "Invalid input. Data is not compatible with model signature. Failed to convert column \(name) to type "
                + "'\(type?.numpyName ?? "number")'.")
    }

    private func make<Value>(
        _ cells: [JSONValue], absent: Value, _ value: (JSONValue) -> Value?, _ values: ([Value]) -> Column.Values
    ) throws(ServingFailure) -> Column {
        var out: [Value] = []
        out.reserveCapacity(cells.count)
        for cell in cells {
            if cell.isNull {
                out.append(absent)
            } else if let value = value(cell) {
                out.append(value)
            } else {
                throw failure()
            }
        }
        return Column(name: name, values: values(out), validity: validity(cells))
    }

    private func validity(_ cells: [JSONValue]) -> Validity? {
        cells.contains(where: \.isNull) ? Validity(cells.map { !$0.isNull }) : nil
    }

    private func doubles(_ cells: [JSONValue], _ rounded: (Double) -> Double) throws(ServingFailure) -> Column {
        try make(cells, absent: .nan) { cell in
            switch cell {
            case .integer(let value): rounded(Double(value))
            case .number(let value): rounded(value)
            case .bool(let value): value ? 1 : 0
            case .string(let text): Self.number(text).map(rounded)
            default: nil
            }
        } _: { .double($0) }
    }

    private func integers(_ cells: [JSONValue], in range: ClosedRange<Int64>) throws(ServingFailure) -> Column {
        guard !cells.contains(where: \.isNull) else {
            throw .badRequest(
                "Invalid input. Data is not compatible with model signature. Failed to convert column \(name) to type "
                    + "'\(type?.numpyName ?? "")': integers cannot hold a missing value. Declare the column as double in "
                    + "the signature if it may be missing.")
        }
        return try make(cells, absent: 0) { cell in
            let value: Int64? =
                switch cell {
                case .integer(let value): value
                case .number(let value): Int64(exactly: value)
                case .bool(let value): value ? 1 : 0
                case .string(let text): Int64(Self.trimmed(text))
                default: nil
                }
            return value.flatMap { range.contains($0) ? $0 : nil }
        } _: { .int64($0) }
    }

    private func booleans(_ cells: [JSONValue]) throws(ServingFailure) -> Column {
        try make(cells, absent: UInt8(0)) { cell in
            switch cell {
            case .bool(let value): value ? 1 : 0
            case .integer(0), .number(0): 0
            case .integer(1), .number(1): 1
            default: nil
            }
        } _: { .boolean($0) }
    }

    private func texts(_ cells: [JSONValue]) throws(ServingFailure) -> Column {
        let dictionary = TextDictionary([""])
        return try make(cells, absent: Int32(0)) { cell in
            cell.string.map { dictionary.code(for: Text($0)) }
        } _: { .text(codes: $0, dictionary: dictionary) }
    }

    /// ISO 8601, as pandas writes moments into JSON.
    private func times(_ cells: [JSONValue]) throws(ServingFailure) -> Column {
        try make(cells, absent: Int64(0)) { cell in
            cell.string.flatMap { Timestamp.microseconds(from: Text($0)) }
        } _: { .timestamp($0) }
    }

    private func inferred(_ cells: [JSONValue]) throws(ServingFailure) -> Column {
        let present = cells.filter { !$0.isNull }
        if present.isEmpty {
            return Column(
                name: name, values: .double([Double](repeating: .nan, count: cells.count)),
                validity: Validity(count: cells.count, present: false))
        }
        if present.allSatisfy({ $0.string != nil }) { return try texts(cells) }
        if present.allSatisfy({ $0.bool != nil }) { return try booleans(cells) }
        guard present.allSatisfy({ $0.number != nil || $0.bool != nil }) else {
            throw .badRequest("Invalid input. Column \(name) mixes numbers and other values.")
        }
        return try doubles(cells) { $0 }
    }

    /// Decimal text only: Swift would read hexadecimal too.
    private static func number(_ text: String) -> Double? {
        let text = trimmed(text)
        return text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") } ? nil : Double(text)
    }

    private static func trimmed(_ text: String) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
