package import AssayTerms

extension ColumnValue {
    /// Reads an option's or a YAML scalar's text by the type of the column it is about: `1`, `1.0` and `true` are the
    /// same number in a numeric column, and any text is itself in a text column.
    ///
    /// - Throws: `invalidArgument` where the text is no value of that type; the message names `column`.
    package init(reading text: Text, as type: ColumnType, column: Text) throws(AssayError) {
        switch type {
        case .text:
            self = .text(text)
        case .boolean, .int64, .double:
            guard let value = ColumnValue(number: text) else {
                throw AssayError(
                    .invalidArgument,
                    "column '\(column)' holds numbers (\(type.rawValue)), and \(ValueList.quoted(text)) is none")
            }
            self = value
        case .timestamp:
            guard let microseconds = Timestamp.microseconds(from: text) else {
                throw AssayError(
                    .invalidArgument,
                    "column '\(column)' holds timestamps, and \(ValueList.quoted(text)) is none; "
                        + "write it like 2026-01-31 or 2026-01-31T09:30:00Z")
            }
            self = .timestamp(microseconds)
        }
    }

    /// A decimal number, an infinity, or true and false in any case; `nil` for anything else.
    private init?(number text: Text) {
        switch text.string.lowercased() {
        case "true": self = .integer(1)
        case "false": self = .integer(0)
        default:
            if let integer = Int64(text.string) {
                self = .integer(integer)
                return
            }
            // `Double.init` would also take hexadecimal floats and NaN.
            guard text.utf8.allSatisfy({ !"xXpPnN".utf8.contains($0) }) || text.isInfinity,
                let double = Double(text.string), let value = ColumnValue(double)
            else { return nil }
            self = value
        }
    }
}

extension Text {
    fileprivate var isInfinity: Bool {
        let unsigned = string.first == "-" || string.first == "+" ? string.dropFirst() : string[...]
        return ["inf", "infinity"].contains(unsigned.lowercased())
    }
}
