package import AssayTerms

/// A column read as numbers: scores, weights, measured values.
package struct NumberColumn: Sendable {
    /// One number a row; 0 where `validity` is clear.
    package let values: [Double]
    /// `nil` where every row has a number.
    package let validity: Validity?

    /// Booleans are 0 and 1; integers beyond 2^53 are rounded to the nearest double; NaN is a missing value;
    /// infinities are numbers.
    ///
    /// - Throws: `invalidArgument` for a column of text or timestamps that has any value.
    package init(_ column: Column) throws(AssayError) {
        var values: [Double]
        var validity = column.validity
        switch column.values {
        case .boolean(let source): values = source.map { $0 == 0 ? 0 : 1 }
        case .int64(let source): values = source.map { Double($0) }
        case .double(let source):
            values = source
            for row in values.indices where values[row].isNaN {
                if validity == nil { validity = Validity(count: values.count, present: true) }
                validity?.markMissing(row)
            }
        case .text(let codes, _) where column.validity?.presentCount == 0:
            values = [Double](repeating: 0, count: codes.count)
        case .text, .timestamp:
            throw AssayError(
                .invalidArgument,
                "column '\(column.name)' holds \(column.type.domain.rawValue), and numbers are wanted here")
        }
        if let validity {
            for row in values.indices where !validity[row] { values[row] = 0 }
        }
        self.values = values
        self.validity = validity.flatMap { $0.missingCount == 0 ? nil : $0 }
    }
}
