internal import AssayColumns
internal import AssayTerms
internal import CArrow

/// Columns copied into memory that C reads during one call.
struct LentColumns {
    private(set) var columns: [CArrowWrittenColumn] = []
    private var pointers: [UnsafeMutableRawPointer] = []

    /// - Throws: `limitExceeded` where the texts of one column have more than 2 GiB.
    mutating func add(_ column: Column) throws(AssayError) {
        var made = CArrowWrittenColumn(values: nil, offsets: nil, validity: nil)
        switch column.values {
        case .boolean(let values): made.values = UnsafeRawPointer(copy(values))
        case .int64(let values), .timestamp(let values): made.values = UnsafeRawPointer(copy(values))
        case .double(let values): made.values = UnsafeRawPointer(copy(values))
        case .text(let codes, let dictionary):
            var bytes: [UInt8] = []
            var offsets: [Int32] = [0]
            offsets.reserveCapacity(codes.count + 1)
            for (row, code) in codes.enumerated() {
                if column.isPresent(row) { bytes.append(contentsOf: dictionary[code].utf8) }
                guard let offset = Int32(exactly: bytes.count) else {
                    throw AssayError(.limitExceeded, "the texts of column '\(column.name)' have more than 2 GiB in \(column.count) rows")
                }
                offsets.append(offset)
            }
            made.values = UnsafeRawPointer(copy(bytes))
            made.offsets = UnsafePointer(copy(offsets).assumingMemoryBound(to: Int32.self))
        }
        if let validity = column.validity {
            var words = [UInt64](repeating: 0, count: (column.count + 63) / 64)
            for row in 0..<column.count where validity[row] { words[row / 64] |= 1 << UInt64(row % 64) }
            made.validity = UnsafePointer(copy(words).assumingMemoryBound(to: UInt64.self))
        }
        columns.append(made)
    }

    mutating func release() {
        for pointer in pointers { pointer.deallocate() }
        pointers = []
        columns = []
    }

    private mutating func copy<Value>(_ values: [Value]) -> UnsafeMutableRawPointer {
        let bytes = values.count * MemoryLayout<Value>.stride
        let pointer = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 16)
        values.withUnsafeBytes { source in
            if let start = source.baseAddress, bytes > 0 { pointer.copyMemory(from: start, byteCount: bytes) }
        }
        pointers.append(pointer)
        return pointer
    }
}
