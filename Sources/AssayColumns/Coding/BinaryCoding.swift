package import AssayTerms

/// Which of a coder's values is the positive one.
///
/// Every value but the positive one is negative, so with an explicit positive this is "one class against the rest".
package struct BinaryCoding: Sendable {
    /// The row has the positive value (1), another one (0), or none (2).
    package static let negative: UInt8 = 0
    package static let positive: UInt8 = 1
    package static let missing: UInt8 = 2

    package let positiveValue: ColumnValue
    /// The values that count as negative, sorted.
    package let negativeValues: [ColumnValue]
    /// The coder's code of the positive value; none of its codes where no row has that value.
    private let positiveCode: Int32

    fileprivate init(positiveValue: ColumnValue, negativeValues: [ColumnValue], positiveCode: Int32) {
        self.positiveValue = positiveValue
        self.negativeValues = negativeValues
        self.positiveCode = positiveCode
    }

    /// 0, 1 or 2 for each of the coder's codes.
    package func codes(from coderCodes: [Int32]) -> [UInt8] { coderCodes.map(code(from:)) }

    package func code(from coderCode: Int32) -> UInt8 {
        // Two comparisons and no table, so that a column's codes are vectorised.
        coderCode == ValueCoder.missing ? Self.missing : coderCode == positiveCode ? Self.positive : Self.negative
    }
}

extension ValueCoder {
    /// Decides the positive value once all blocks were coded: `positive` where one is given; else 1 (or true) where
    /// no more than one other value stands beside it, or there is none but 0; else the only other value beside 0.
    ///
    /// A given `positive` is read by the columns' type. That no row has it is an error only where there are two or
    /// more other values, since a slice of a table may well hold no positive row.
    ///
    /// - Throws: `invalidArgument` where the rule does not decide, listing up to ten of the distinct values.
    package func binaryCoding(positive: Text? = nil) throws(AssayError) -> BinaryCoding {
        let positiveValue = if let positive { try chosen(positive) } else { try conventional() }
        let code = values.firstIndex(of: positiveValue) ?? Int(Int32.max)
        return BinaryCoding(
            positiveValue: positiveValue, negativeValues: values.filter { $0 != positiveValue }.sorted(), positiveCode: Int32(code))
    }

    private func chosen(_ text: Text) throws(AssayError) -> ColumnValue {
        // Where no row has a value the positive one is only a name.
        let type: ColumnType =
            switch domain {
            case .numbers: .double
            case .timestamps: .timestamp
            case .text, nil: .text
            }
        let value = try ColumnValue(reading: text, as: type, column: columnNames.first ?? "")
        guard values.count < 2 || values.contains(value) else {
            throw AssayError(
                .invalidArgument,
                "no row of \(namedColumns) has the positive value \(ValueList.quoted(text)); "
                    + "the values are \(ValueList.text(values.sorted()))")
        }
        return value
    }

    private func conventional() throws(AssayError) -> ColumnValue {
        let zero = ColumnValue.integer(0)
        let one = ColumnValue.integer(1)
        let others = values.filter { $0 != zero }
        if others.isEmpty { return one }
        if values.count <= 2, others.contains(one) { return one }
        if others.count == 1, values.contains(zero) { return others[0] }
        throw AssayError(
            .invalidArgument,
            "\(namedColumns) \(columnNames.count == 1 ? "has" : "have") \(values.count) distinct "
                + "value\(values.count == 1 ? "" : "s") (\(ValueList.text(values.sorted()))), and none of them is "
                + "positive by convention; name the positive one (--positive VALUE)")
    }
}
