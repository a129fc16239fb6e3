package import AssayTerms

/// An array of a `.npy` file, in C order whatever the file's order was.
package struct NumpyArray: Sendable {
    package enum Values: Sendable {
        case float([Double])
        case integer([Int64])
        case boolean([Bool])
        /// Fixed-width text (`U`), without the padding.
        case text([Text])
        /// Fixed-width bytes (`S`), without the padding.
        case bytes([[UInt8]])
    }

    package let shape: [Int]
    package let values: Values
    /// The element type as NumPy writes it, for example `<f8`.
    package let type: String

    package var count: Int {
        switch values {
        case .float(let values): values.count
        case .integer(let values): values.count
        case .boolean(let values): values.count
        case .text(let values): values.count
        case .bytes(let values): values.count
        }
    }

    /// Floats as they are, integers and booleans as floats; `nil` for text.
    package var doubles: [Double]? {
        switch values {
        case .float(let values): values
        case .integer(let values): values.map(Double.init)
        case .boolean(let values): values.map { $0 ? 1 : 0 }
        case .text, .bytes: nil
        }
    }

    package var integers: [Int64]? {
        if case .integer(let values) = values { values } else { nil }
    }
}
