package import AssayTerms

/// Writes protobuf messages: fields in the order in which they are given, those of proto3's zero left out.
package struct ProtobufWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func varint(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        key(field, 0)
        append(value)
    }

    package mutating func bool(_ field: Int, _ value: Bool) { varint(field, value ? 1 : 0) }

    package mutating func text(_ field: Int, _ text: Text) { if !text.isEmpty { message(field, text.utf8) } }

    /// Bytes, or a message inside; also where there are none.
    package mutating func message(_ field: Int, _ content: some Collection<UInt8>) {
        key(field, 2)
        append(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    package mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        message(field, inner.bytes)
    }

    /// Of a repeated number; nothing where there are none.
    package mutating func packed(_ field: Int, _ values: some Sequence<UInt64>) {
        var inner = ProtobufWriter()
        for value in values { inner.append(value) }
        if !inner.bytes.isEmpty { message(field, inner.bytes) }
    }

    /// Of a repeated double.
    package mutating func packed(_ field: Int, _ values: [Double]) {
        guard !values.isEmpty else { return }
        key(field, 2)
        append(UInt64(values.count * 8))
        for value in values { for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * byte))) } }
    }

    private mutating func key(_ field: Int, _ kind: UInt64) { append(UInt64(field) << 3 | kind) }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
