package import AssayTerms

/// A coder's values as groups or classes, sorted by value, so that the numbering depends on the set of values and
/// not on the order of the rows.
package struct CategoryCoding: Sendable {
    /// The values in order; `nil` is the group of the rows without a value, which stands last.
    package let values: [ColumnValue?]
    /// How each is written: see `ColumnValue.name`.
    package let names: [Text]
    private let ranks: [Int32]
    private let missingCode: Int32

    fileprivate init(values: [ColumnValue?], names: [Text], ranks: [Int32], missingCode: Int32) {
        self.values = values
        self.names = names
        self.ranks = ranks
        self.missingCode = missingCode
    }

    package var count: Int { values.count }

    /// Indices into `names` for each of the coder's codes; −1 for a row without a value, unless such rows are a group.
    package func codes(from coderCodes: [Int32]) -> [Int32] { coderCodes.map(code(from:)) }

    package func code(from coderCode: Int32) -> Int32 {
        coderCode == ValueCoder.missing ? missingCode : ranks[Int(coderCode)]
    }

    /// The index of the group or class that an option or a YAML scalar names, read by the column's type.
    ///
    /// - Throws: `invalidArgument` where there is none, listing up to ten names.
    package func code(named text: Text, column: Text) throws(AssayError) -> Int32 {
        for (index, value) in values.enumerated() {
            switch value {
            case .text, nil:
                if names[index] == text { return Int32(index) }
            case .integer, .fraction:
                if let read = try? ColumnValue(reading: text, as: .double, column: column), read == value {
                    return Int32(index)
                }
            case .timestamp:
                if let read = try? ColumnValue(reading: text, as: .timestamp, column: column), read == value {
                    return Int32(index)
                }
            }
        }
        throw AssayError(
            .invalidArgument,
            "column '\(column)' has no value \(ValueList.quoted(text)); its values are \(ValueList.text(names))")
    }
}

extension ValueCoder {
    /// The values seen, sorted: numbers by value, timestamps by time, text by its UTF-8 bytes.
    ///
    /// - Parameters:
    ///   - missingGroup: where given, rows without a value are a last group of this name.
    ///   - naming: how a value is called, where not by its own name.
    /// - Throws: `invalidArgument` where that name is a value's already.
    package func categoryCoding(
        missingGroup: Text? = nil, naming: (ColumnValue) -> Text = { $0.name }
    ) throws(AssayError) -> CategoryCoding {
        let order = codesSortedByValue
        var ranks = [Int32](repeating: 0, count: values.count)
        for (rank, code) in order.enumerated() { ranks[Int(code)] = Int32(rank) }
        var sorted: [ColumnValue?] = order.map { values[Int($0)] }
        var names = order.map { naming(values[Int($0)]) }
        guard let missingGroup else {
            return CategoryCoding(values: sorted, names: names, ranks: ranks, missingCode: Self.missing)
        }
        guard !names.contains(missingGroup) else {
            throw AssayError(
                .invalidArgument,
                "\(namedColumns) already \(columnNames.count == 1 ? "has" : "have") a group named "
                    + "\(ValueList.quoted(missingGroup)); choose another name for the rows without a value")
        }
        sorted.append(nil)
        names.append(missingGroup)
        return CategoryCoding(values: sorted, names: names, ranks: ranks, missingCode: Int32(order.count))
    }
}
