import AssayJSON
import AssayTerms

/// The binary tensor data extension of the Open Inference Protocol: tensors as bytes behind the JSON, little-endian, row by row.
///
/// A text stands behind its length in four bytes. Of the two half-precision forms FP16 is read and written, BF16 is none of the
/// protocol's here.
///
/// - Source: kserve/open-inference-protocol, `specification/protocol/extension_binary_data.md`.
enum BinaryTensors {
    /// The values of a tensor.
    ///
    /// - Throws: `badRequest` where the bytes are not as many as the shape's values take, or a text is not UTF-8.
    static func values(_ bytes: ArraySlice<UInt8>, _ type: InferenceTensor.DataType, count: Int, of name: Text) throws(ServingFailure) -> [JSONValue] {
        guard let width = width(of: type) else { return try texts(bytes, count: count, of: name) }
        guard bytes.count == count.multipliedReportingOverflow(by: width).partialValue, count <= bytes.count else {
            throw .badRequest("input '\(name)' has \(bytes.count) bytes of data, and its shape takes \(count) values of \(width)")
        }
        var values: [JSONValue] = []
        values.reserveCapacity(count)
        var place = bytes.startIndex
        for _ in 0..<count {
            var bits: UInt64 = 0
            for byte in 0..<width { bits |= UInt64(bytes[place + byte]) << UInt64(8 * byte) }
            place += width
            values.append(value(of: bits, type))
        }
        return values
    }

    private static func width(of type: InferenceTensor.DataType) -> Int? {
        switch type {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .fp16: 2
        case .uint32, .int32, .fp32: 4
        case .uint64, .int64, .fp64: 8
        case .bytes: nil
        }
    }

    private static func value(of bits: UInt64, _ type: InferenceTensor.DataType) -> JSONValue {
        switch type {
        case .bool: .bool(bits != 0)
        case .uint8, .uint16, .uint32: .integer(Int64(bits))
        // Beyond what a signed number holds it is no whole number of ours, and refused as such.
        case .uint64: Int64(exactly: bits).map { .integer($0) } ?? .number(Double(bits))
        case .int8: .integer(Int64(Int8(truncatingIfNeeded: bits)))
        case .int16: .integer(Int64(Int16(truncatingIfNeeded: bits)))
        case .int32: .integer(Int64(Int32(truncatingIfNeeded: bits)))
        case .int64: .integer(Int64(bitPattern: bits))
        case .fp16: number(Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits))))
        case .fp32: number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case .fp64: number(Double(bitPattern: bits))
        case .bytes: .null
        }
    }

    /// NaN is a missing value, as it is in tables.
    static func number(_ value: Double) -> JSONValue { value.isNaN ? .null : .number(value) }

    private static func texts(_ bytes: ArraySlice<UInt8>, count: Int, of name: Text) throws(ServingFailure) -> [JSONValue] {
        func damaged() -> ServingFailure { .badRequest("input '\(name)' has bytes that are not \(count) texts behind their lengths") }
        var values: [JSONValue] = []
        var rest = bytes
        while !rest.isEmpty {
            guard rest.count >= 4, values.count < count else { throw damaged() }
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length, let text = String(validating: rest.prefix(length), as: UTF8.self) else { throw damaged() }
            values.append(.string(text))
            rest = rest.dropFirst(length)
        }
        guard values.count == count else { throw damaged() }
        return values
    }

    /// The bytes of an answer's tensor.
    static func bytes(of tensor: InferenceTensor) -> [UInt8] {
        var bytes: [UInt8] = []
        guard let width = width(of: tensor.type) else {
            for value in tensor.values {
                let text = Array((value.string ?? "").utf8)
                append(UInt64(text.count), 4, to: &bytes)
                bytes += text
            }
            return bytes
        }
        bytes.reserveCapacity(tensor.values.count * width)
        for value in tensor.values { append(bits(of: value, tensor.type), width, to: &bytes) }
        return bytes
    }

    private static func bits(of value: JSONValue, _ type: InferenceTensor.DataType) -> UInt64 {
        switch type {
        case .bool: value.bool == true ? 1 : 0
        case .fp64: (value.number ?? .nan).bitPattern
        case .fp32: UInt64(Float(value.number ?? .nan).bitPattern)
        case .fp16: UInt64(Float16(value.number ?? .nan).bitPattern)
        default: UInt64(bitPattern: value.integer ?? 0)
        }
    }

    private static func append(_ bits: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))) }
    }
}
