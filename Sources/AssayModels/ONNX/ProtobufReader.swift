import AssayTerms

/// Walks the fields of one protobuf message within a file's bytes. Nothing is copied; every length is checked against the message it stands in.
///
/// - Source: Protocol Buffers, "Encoding".
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// Of the file's bytes.
        case bytes(Range<Int>)
    }

    struct Field {
        let number: Int
        let value: Value
    }

    let bytes: [UInt8]
    /// Names the file in messages.
    let name: String
    private var position: Int
    private let end: Int
    /// Fields that may stand once and have stood, by bit.
    private var seen: UInt64 = 0

    init(_ bytes: [UInt8], name: String, range: Range<Int>? = nil) {
        self.bytes = bytes
        self.name = name
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    /// Of a field that may stand once: protobuf takes the last of several numbers and joins several messages, which readers do differently.
    ///
    /// - Throws: `.unreadable` where it stands again.
    mutating func once(_ field: Field, _ what: String) throws(AssayError) {
        guard field.number < 64, seen & (1 << UInt64(field.number)) == 0 else { throw damaged("has \(what) twice, and readers differ in which one counts") }
        seen |= 1 << UInt64(field.number)
    }

    /// The fields of a message that stands within this file.
    func message(_ range: Range<Int>) -> ProtobufReader { ProtobufReader(bytes, name: name, range: range) }

    func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(name) \(why)") }

    /// The next field; `nil` at the message's end.
    mutating func next() throws(AssayError) -> Field? {
        guard position < end else { return nil }
        let key = try varint()
        let number = Int(key >> 3)
        guard number > 0, number < 1 << 29 else { throw damaged("is no ONNX model: it has a field without a number (byte \(position))") }
        switch key & 7 {
        case 0: return Field(number: number, value: .varint(try varint()))
        case 1: return Field(number: number, value: .fixed64(try little(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else { throw damaged("is truncated: a field of \(length) bytes begins at byte \(position)") }
            let range = position..<(position + Int(length))
            position = range.upperBound
            return Field(number: number, value: .bytes(range))
        case 5: return Field(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try little(4))))
        default: throw damaged("is no ONNX model: it has a field of a kind that is not known (byte \(position))")
        }
    }

    mutating func varint() throws(AssayError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < end else { throw damaged("is truncated: it ends within a number") }
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw damaged("has a number of more than 64 bits (byte \(position))") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    private mutating func little(_ count: Int) throws(AssayError) -> UInt64 {
        guard count <= end - position else { throw damaged("is truncated: it ends within a number") }
        var value: UInt64 = 0
        for place in 0..<count { value |= UInt64(bytes[position + place]) << UInt64(8 * place) }
        position += count
        return value
    }

    var isAtEnd: Bool { position >= end }
}

extension ProtobufReader {
    /// A text field's value.
    func text(_ value: Value, _ what: String) throws(AssayError) -> String {
        guard case .bytes(let range) = value, let text = String(validating: bytes[range], as: UTF8.self) else {
            throw damaged("has \(what) that is no text")
        }
        return text
    }

    func integer(_ value: Value, _ what: String) throws(AssayError) -> Int64 {
        guard case .varint(let number) = value else { throw damaged("has \(what) that is no whole number") }
        return Int64(bitPattern: number)
    }

    func range(_ value: Value, _ what: String) throws(AssayError) -> Range<Int> {
        guard case .bytes(let range) = value else { throw damaged("has \(what) of another kind than a message") }
        return range
    }

    /// Adds a repeated number that stands alone or packed.
    func add(_ value: Value, to numbers: inout [Int64], _ what: String) throws(AssayError) {
        switch value {
        case .varint(let number): numbers.append(Int64(bitPattern: number))
        case .bytes(let range):
            var inner = message(range)
            while !inner.isAtEnd { numbers.append(Int64(bitPattern: try inner.varint())) }
        default: throw damaged("has \(what) of another kind than whole numbers")
        }
    }

    func add(_ value: Value, to numbers: inout [Float], _ what: String) throws(AssayError) {
        switch value {
        case .fixed32(let bits): numbers.append(Float(bitPattern: bits))
        case .bytes(let range):
            guard range.count % 4 == 0 else { throw damaged("has \(what) with half a number") }
            numbers += LittleEndian.floats(bytes[range])
        default: throw damaged("has \(what) of another kind than 32-bit numbers")
        }
    }

    func add(_ value: Value, to numbers: inout [Double], _ what: String) throws(AssayError) {
        switch value {
        case .fixed64(let bits): numbers.append(Double(bitPattern: bits))
        case .bytes(let range):
            guard range.count % 8 == 0 else { throw damaged("has \(what) with half a number") }
            numbers += LittleEndian.doubles(bytes[range])
        default: throw damaged("has \(what) of another kind than 64-bit numbers")
        }
    }
}

/// Numbers as files hold them, whole ones only.
enum LittleEndian {
    static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<(raw.count / 4)).map { Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))) }
        }
    }

    static func doubles(_ bytes: ArraySlice<UInt8>) -> [Double] {
        bytes.withUnsafeBytes { raw in
            (0..<(raw.count / 8)).map { Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))) }
        }
    }

    static func integers<Integer: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, as type: Integer.Type) -> [Int64] {
        let width = MemoryLayout<Integer>.size
        return bytes.withUnsafeBytes { raw in
            (0..<(raw.count / width)).map { Int64(truncatingIfNeeded: Integer(littleEndian: raw.loadUnaligned(fromByteOffset: width * $0, as: Integer.self))) }
        }
    }
}
