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

    /// The codes of unprivileged and privileged rows; a row without a value has `ValueCoder.missing`.
    package static let unprivileged: Int32 = 0
    package static let privileged: Int32 = 1

    /// One code a row.
    ///
    /// The value is read by the column's type. Numbers are compared exactly, text by its bytes and for equality
    /// only, timestamps by time.
    ///
    /// - Throws: `invalidArgument` where the value is not of the column's type, or text is to be ordered.
    package func codes(of column: Column) throws(AssayError) -> [Int32] {
        if column.type == .text, comparison != .equal {
            throw AssayError(
                .invalidArgument,
                "column '\(column.name)' holds text, which has no order here; use \(column.name)=VALUE, "
                    + "or give the column a type in a schema")
        }
        let wanted = try ColumnValue(reading: value, as: column.type, column: column.name)
        switch column.values {
        case .boolean(let values):
            let judged = [isPrivileged(.integer(0), wanted), isPrivileged(.integer(1), wanted)]
            return Self.codes(values, column.validity) { judged[$0 == 0 ? 0 : 1] }
        case .int64(let values):
            return Self.codes(values, column.validity) { isPrivileged(.integer($0), wanted) }
        case .double(let values):
            return Self.codes(values, column.validity) { value in
                ColumnValue(value).map { isPrivileged($0, wanted) } ?? ValueCoder.missing
            }
        case .timestamp(let values):
            return Self.codes(values, column.validity) { isPrivileged(.timestamp($0), wanted) }
        case .text(let textCodes, let dictionary):
            let wantedCode = dictionary.existingCode(for: value) ?? ValueCoder.missing
            return Self.codes(textCodes, column.validity) { $0 == wantedCode ? Self.privileged : Self.unprivileged }
        }
    }

    /// Nothing but `code` is asked of the rows of a column that misses none, so that simple codes are vectorised.
    @inline(__always)
    private static func codes<Value>(_ values: [Value], _ validity: Validity?, _ code: (Value) -> Int32) -> [Int32] {
        guard let validity else { return values.map(code) }
        return values.indices.map { validity[$0] ? code(values[$0]) : ValueCoder.missing }
    }

    private func isPrivileged(_ value: ColumnValue, _ wanted: ColumnValue) -> Int32 {
        let holds =
            switch comparison {
            case .equal: value == wanted
            case .greater: value > wanted
            case .greaterOrEqual: value >= wanted
            case .less: value < wanted
            case .lessOrEqual: value <= wanted
            }
        return holds ? Self.privileged : Self.unprivileged
    }
}

extension PrivilegedRule: CustomStringConvertible {
    package var description: String { "\(column)\(comparison.rawValue)\(value)" }
}
