import AssayTerms

/// A place in the bytes of a segment. Nothing is read past their end, and nothing is allotted for more than is there.
struct SegmentCursor {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    func wrong(_ what: String) -> AssayError { AssayError(.invalidArgument, "a segment of records is damaged at \(what), before byte \(offset)") }

    mutating func take(_ count: Int, _ what: String) throws(AssayError) -> ArraySlice<UInt8> {
        guard count >= 0, bytes.count - offset >= count else { throw wrong(what) }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func byte(_ what: String) throws(AssayError) -> UInt8 {
        let slice = try take(1, what)
        return slice[slice.startIndex]
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, _ what: String) throws(AssayError) -> Value {
        let slice = try take(MemoryLayout<Value>.size, what)
        return slice.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
    }

    mutating func text(_ what: String) throws(AssayError) -> Text {
        let count = Int(try integer(UInt32.self, what))
        guard let text = Text(utf8: try take(count, what)) else { throw wrong(what) }
        return text
    }

    mutating func values<Value: BitwiseCopyable>(_ type: Value.Type, _ count: Int, _ what: String) throws(AssayError) -> [Value] {
        let slice = try take(count * MemoryLayout<Value>.size, what)
        return [Value](unsafeUninitializedCapacity: count) { buffer, filled in
            slice.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            filled = count
        }
    }
}
