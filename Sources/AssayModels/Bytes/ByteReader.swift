import AssayTerms

/// Little-endian integers at checked offsets of a byte array. Every read outside the array throws.
struct ByteReader: Sendable {
    let bytes: [UInt8]
    /// Names the file in messages, for example `model.skops`.
    let name: String

    func u16(at offset: Int) throws(AssayError) -> Int {
        try check(offset, 2)
        return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
    }

    func u32(at offset: Int) throws(AssayError) -> Int {
        try check(offset, 4)
        return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
            | Int(bytes[offset + 3]) << 24
    }

    func slice(at offset: Int, count: Int) throws(AssayError) -> ArraySlice<UInt8> {
        try check(offset, count)
        return bytes[offset..<(offset + count)]
    }

    private func check(_ offset: Int, _ count: Int) throws(AssayError) {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw AssayError(.unreadable, "\(name) is truncated: it has no \(count) bytes at offset \(offset)")
        }
    }
}
