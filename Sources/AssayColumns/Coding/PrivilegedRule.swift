package import AssayTerms

/// Which rows are privileged: `C=V`, `C>V`, `C>=V`, `C<V` or `C<=V`.
package struct PrivilegedRule: Hashable, Sendable {
    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
    }

    package let column: Text
    package let comparison: Comparison
    /// As written; it is read by the column's type when rows are judged.
    package let value: Text

    package init(column: Text, comparison: Comparison, value: Text) {
        self.column = column
        self.comparison = comparison
        self.value = value
    }

    /// Reads an expression. A column's own name may hold `=`, `<` and `>` (`income>50k=1`): the first place where
    /// the left side is one of `columns` is taken, and the first of all where there is none. Spaces around column
    /// and value are left out unless a column's name has them.
    ///
    /// - Throws: `invalidArgument` where there is no comparison, no column or no value.
    package init(parsing text: Text, columns: [Text] = []) throws(AssayError) {
        let bytes = Array(text.utf8)
        var first: PrivilegedRule?
        var index = 0
        while index < bytes.count {
            guard let (comparison, length) = Self.comparison(in: bytes, at: index) else {
                index += 1
                continue
            }
            // Cut at ASCII characters, so both sides are valid UTF-8.
            let left = Text(String(decoding: bytes[..<index], as: UTF8.self))
            let right = Self.trimmed(Text(String(decoding: bytes[(index + length)...], as: UTF8.self)))
            index += length
            guard !right.isEmpty else { continue }
            for name in [left, Self.trimmed(left)] where !name.isEmpty {
                let rule = PrivilegedRule(column: name, comparison: comparison, value: right)
                if columns.contains(name) {
                    self = rule
                    return
                }
                if first == nil || first?.column == left { first = rule }
            }
        }
        guard let first else {
            throw AssayError(
                .invalidArgument,
                "\(ValueList.quoted(text)) names no privileged group; write COLUMN=VALUE, COLUMN>VALUE, "
                    + "COLUMN>=VALUE, COLUMN<VALUE or COLUMN<=VALUE")
        }
        self = first
    }

    private static func comparison(in bytes: [UInt8], at index: Int) -> (Comparison, Int)? {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch bytes[index] {
        case UInt8(ascii: "="): return (.equal, next == UInt8(ascii: "=") ? 2 : 1)
        case UInt8(ascii: ">"): return next == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
        case UInt8(ascii: "<"): return next == UInt8(ascii: "=") ? (.lessOrEqual, 2) : (.less, 1)
        default: return nil
        }
    }

    private static func trimmed(_ text: Text) -> Text {
        let bytes = Array(text.utf8)
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return Text(String(decoding: bytes[first...last], as: UTF8.self))
    }

    /// One code a row: 1 privileged, 0 not, 2 where the row has no value (`BinaryCoding`'s codes).
    ///
    /// The value is read by the column's type. Numbers are compared exactly, text by its bytes and for equality
    /// only, timestamps by time.
    ///
    /// - Throws: `invalidArgument` where the value is not of the column's type, or text is to be ordered.
    package func codes(of column: Column) throws(AssayError) -> [UInt8] {
        if column.type == .text, comparison != .equal {
            throw AssayError(
                .invalidArgument,
                "column '\(column.name)' holds text, which has no order here; use \(column.name)=VALUE, "
                    + "or give the column a type in a schema")
        }
        let wanted = try ColumnValue(reading: value, as: column.type, column: column.name)
        var codes = [UInt8](repeating: BinaryCoding.missing, count: column.count)
        switch column.values {
        case .boolean(let values):
            let judged = [isPrivileged(.integer(0), wanted), isPrivileged(.integer(1), wanted)]
            for row in values.indices where column.isPresent(row) { codes[row] = judged[values[row] == 0 ? 0 : 1] }
        case .int64(let values):
            for row in values.indices where column.isPresent(row) {
                codes[row] = isPrivileged(.integer(values[row]), wanted)
            }
        case .double(let values):
            for row in values.indices where column.isPresent(row) {
                if let value = ColumnValue(values[row]) { codes[row] = isPrivileged(value, wanted) }
            }
        case .timestamp(let values):
            for row in values.indices where column.isPresent(row) {
                codes[row] = isPrivileged(.timestamp(values[row]), wanted)
            }
        case .text(let textCodes, let dictionary):
            let wantedCode = dictionary.existingCode(for: value)
            for row in textCodes.indices where column.isPresent(row) {
                codes[row] = textCodes[row] == wantedCode ? BinaryCoding.positive : BinaryCoding.negative
            }
        }
        return codes
    }

    private func isPrivileged(_ value: ColumnValue, _ wanted: ColumnValue) -> UInt8 {
        let holds =
            switch comparison {
            case .equal: value == wanted
            case .greater: value > wanted
            case .greaterOrEqual: value >= wanted
            case .less: value < wanted
            case .lessOrEqual: value <= wanted
            }
        return holds ? BinaryCoding.positive : BinaryCoding.negative
    }
}

extension PrivilegedRule: CustomStringConvertible {
    package var description: String { "\(column)\(comparison.rawValue)\(value)" }
}
