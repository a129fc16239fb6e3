package import AssayTerms

/// Reads the fields of one protobuf message, one after the other, over bytes that are not copied.
///
/// What is read here are a dozen small messages whose fields are fixed by a protocol, most of them bytes that are handed on; so they are
/// read by hand, with every bound in sight, instead of by generated code and its runtime.
///
/// - Source: protobuf's encoding of 2024, wire types 0, 1, 2 and 5; groups, which no message of proto3 has, are refused.
package struct ProtobufReader {
    package enum Value {
        /// Also of zigzag and of signed numbers in two's complement.
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
        case fixed32(UInt32)
    }

    private static let longestVarint = 10

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package var isAtEnd: Bool { position == bytes.endIndex }

    /// - Returns: `nil` at the end.
    /// - Throws: `unreadable` for bytes that are no message.
    package mutating func next() throws(AssayError) -> (field: Int, value: Value)? {
        guard !isAtEnd else { return nil }
        let key = try varint()
        guard let field = Int(exactly: key >> 3), (1...536_870_911).contains(field) else { throw Self.damaged("a field has no number") }
        switch key & 7 {
        case 0: return (field, .varint(try varint()))
        case 1: return (field, .fixed64(try fixed64()))
        case 2:
            let count = try varint()
            guard count <= UInt64(bytes.endIndex - position) else { throw Self.damaged("field \(field) is longer than its message") }
            let end = position + Int(count)
            defer { position = end }
            return (field, .bytes(bytes[position..<end]))
        case 5: return (field, .fixed32(try fixed32()))
        default: throw Self.damaged("field \(field) is of a kind that is not known")
        }
    }

    package mutating func varint() throws(AssayError) -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<Self.longestVarint {
            guard position < bytes.endIndex else { throw Self.damaged("it ends inside a number") }
            let byte = bytes[position]
            position += 1
            // Of the tenth byte only one bit has room.
            guard place < 9 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte & 0x80 == 0 { return value }
        }
        throw Self.damaged("a number is longer than 64 bits")
    }

    package mutating func fixed64() throws(AssayError) -> UInt64 { try fixed(8) }

    package mutating func fixed32() throws(AssayError) -> UInt32 { UInt32(truncatingIfNeeded: try fixed(4)) }

    private mutating func fixed(_ width: Int) throws(AssayError) -> UInt64 {
        guard bytes.endIndex - position >= width else { throw Self.damaged("it ends inside a number") }
        var value: UInt64 = 0
        for byte in 0..<width { value |= UInt64(bytes[position + byte]) << UInt64(8 * byte) }
        position += width
        return value
    }

    static func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "The message is no protobuf of this protocol: \(why).") }
}

extension ProtobufReader.Value {
    /// - Throws: `unreadable` for another kind of value, or bytes that are not UTF-8.
    func text(_ name: String) throws(AssayError) -> Text {
        guard let text = Text(utf8: try message(name)) else { throw ProtobufReader.damaged("'\(name)' is not UTF-8") }
        return text
    }

    /// A message inside, or plain bytes.
    func message(_ name: String) throws(AssayError) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = self else { throw ProtobufReader.damaged("'\(name)' has another type") }
        return bytes
    }

    /// Of a repeated number: one, or many packed into bytes.
    ///
    /// - Parameter limit: more are refused before there is memory for them.
    func append<Number>(
        to numbers: inout [Number], _ name: String, limit: Int, single: (ProtobufReader.Value) -> Number?,
        packed: (inout ProtobufReader) throws(AssayError) -> Number
    ) throws(AssayError) {
        if let number = single(self) {
            guard numbers.count < limit else { throw ProtobufReader.damaged("'\(name)' has more than \(limit) values") }
            numbers.append(number)
            return
        }
        var reader = ProtobufReader(try message(name))
        while !reader.isAtEnd {
            guard numbers.count < limit else { throw ProtobufReader.damaged("'\(name)' has more than \(limit) values") }
            numbers.append(try packed(&reader))
        }
    }

    func appendVarint(to numbers: inout [UInt64], _ name: String, limit: Int) throws(AssayError) {
        try append(to: &numbers, name, limit: limit) { if case .varint(let value) = $0 { value } else { nil } } packed: {
            (reader) throws(AssayError) in try reader.varint()
        }
    }
}
