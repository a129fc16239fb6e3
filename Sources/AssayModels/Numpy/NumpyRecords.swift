package import AssayTerms

/// A one-dimensional structured array of an `.npy` file: named columns of plain numbers, as scikit-learn keeps the nodes of trees.
///
/// Fields are `f4 f8`, `i1 i2 i4 i8`, `u1 u2 u4 u8` and `b1`, each once; padding between them is passed over. Everything else is refused by name.
///
/// - Source: NumPy 2.4, `numpy/lib/format.py`, `descr_to_dtype`.
package struct NumpyRecords: Sendable {
    package let count: Int
    private let columns: [Text: NumpyArray.Values]

    /// - Parameter name: for messages.
    package init(_ bytes: [UInt8], name: String) throws(AssayError) {
        let (header, start) = try NumpyReader.header(bytes, name: name)
        guard !header.fields.isEmpty, header.shape.count == 1 else {
            throw AssayError(.unreadable, "\(name) is not a list of records")
        }
        var width = 0
        var parts: [(name: String, descriptor: String, offset: Int)] = []
        for field in header.fields {
            // What NumPy writes for bytes that only keep fields in line.
            if field.name.isEmpty, field.descriptor.hasPrefix("|V"), let padding = Int(field.descriptor.dropFirst(2)), (1...64).contains(padding) {
                width += padding
                continue
            }
            parts.append((field.name, field.descriptor, width))
            width += try NumpyReader.numberWidth(field.descriptor, name: name)
        }
        let (size, overflow) = header.shape[0].multipliedReportingOverflow(by: width)
        guard !overflow, size == bytes.count - start else {
            throw AssayError(.unreadable, "\(name) holds \(bytes.count - start) bytes of data, which is not what its shape asks for")
        }
        count = header.shape[0]
        var columns: [Text: NumpyArray.Values] = [:]
        for part in parts {
            let values = try NumpyReader.numbers(
                bytes, name: name, descriptor: part.descriptor, start: start + part.offset, stride: width, count: header.shape[0])
            guard columns.updateValue(values, forKey: Text(part.name)) == nil else {
                throw AssayError(.unreadable, "\(name) has two fields '\(part.name)'")
            }
        }
        self.columns = columns
    }

    package func has(_ field: Text) -> Bool { columns[field] != nil }

    /// - Throws: `.unreadable` where the field is not there or of another kind.
    package func integers(_ field: Text, of name: String) throws(AssayError) -> [Int64] {
        switch columns[field] {
        case .integer(let values): return values
        case .boolean(let values): return values.map { $0 ? 1 : 0 }
        default: throw AssayError(.unreadable, "\(name) has no whole numbers '\(field)'")
        }
    }

    package func numbers(_ field: Text, of name: String) throws(AssayError) -> [Double] {
        guard case .float(let values)? = columns[field] else { throw AssayError(.unreadable, "\(name) has no numbers '\(field)'") }
        return values
    }
}
