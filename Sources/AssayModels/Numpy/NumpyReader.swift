package import AssayTerms

/// Reads `.npy` files, format versions 1 to 3.
///
/// Element types: `f4 f8`, `i1 i2 i4 i8`, `u1 u2 u4 u8` (values up to 2^63 − 1), `b1`, fixed-width `U` and `S`, in
/// either byte order. Arrays of Python objects hold a pickle and are refused by name, as are structured arrays and
/// other types. The file must hold exactly the bytes its shape asks for.
///
/// - Complexity: linear in the file.
/// - Source: NumPy 2.4, `numpy/lib/format.py`, module documentation.
package struct NumpyReader {
    private let bytes: [UInt8]
    private let name: String

    /// The product of an array's extents that are not 0, where one is.
    private static let emptyLimit = 1 << 24

    /// `name` stands in messages.
    package static func read(_ bytes: [UInt8], name: String) throws(AssayError) -> NumpyArray {
        try NumpyReader(bytes: bytes, name: name).array()
    }

    private struct ElementType {
        let kind: UInt8
        let width: Int
        let isBigEndian: Bool
    }

    private func array() throws(AssayError) -> NumpyArray {
        let (header, data) = try Self.header(bytes, name: name)
        guard header.fields.isEmpty else {
            throw AssayError(.unsupported, "\(name) is a structured array, which is not read here")
        }
        let type = try elementType(header.descriptor)

        var count = 1
        for extent in header.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw AssayError(.unreadable, "\(name): the array's shape overflows") }
            count = product
        }
        if count == 0 { try requireSmall(header.shape) }
        let (size, overflow) = count.multipliedReportingOverflow(by: type.width)
        guard !overflow, size == bytes.count - data else {
            throw AssayError(
                .unreadable, "\(name) holds \(bytes.count - data) bytes of data, which is not what its shape asks for")
        }
        // Elements without width would let a tiny file ask for an endless array.
        guard type.width > 0 || count <= 1 << 20 else {
            throw AssayError(.limitExceeded, "\(name) has \(count) elements without width")
        }
        let order = header.isFortranOrder ? fortranPositions(header.shape, count: count) : nil
        let values = try elements(type, from: data, count: count, order: order)
        return NumpyArray(shape: header.shape, values: values, type: header.descriptor)
    }

    /// An array without elements may say any extents beside its 0, and whoever goes along one of them would never end.
    private func requireSmall(_ shape: [Int]) throws(AssayError) {
        var product = 1
        for extent in shape where extent > 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow, next <= Self.emptyLimit else {
                throw AssayError(.limitExceeded, "\(name) has no elements, and extents whose product is beyond \(Self.emptyLimit)")
            }
            product = next
        }
    }

    /// The header and where the data begin.
    static func header(_ bytes: [UInt8], name: String) throws(AssayError) -> (NumpyHeader.Fields, data: Int) {
        let reader = ByteReader(bytes: bytes, name: name)
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else {
            throw AssayError(.unreadable, "\(name) is not an .npy file")
        }
        let major = bytes[6]
        guard (1...3).contains(major) else {
            throw AssayError(.unsupported, "\(name) has .npy version \(major); versions 1 to 3 are read")
        }
        let start = major == 1 ? 10 : 12
        let length = major == 1 ? try reader.u16(at: 8) : try reader.u32(at: 8)
        // NumPy itself writes under 200 bytes for plain types; this also bounds the literal's parser.
        guard length <= 65_536 else {
            throw AssayError(.limitExceeded, "\(name) has an .npy header of \(length) bytes; at most 65536 are read")
        }
        var literal = NumpyHeader(try reader.slice(at: start, count: length), name: name)
        return (try literal.parse(), start + length)
    }

    /// Bytes of one number of a field.
    static func numberWidth(_ descriptor: String, name: String) throws(AssayError) -> Int {
        let type = try NumpyReader(bytes: [], name: name).elementType(descriptor)
        guard type.kind != UInt8(ascii: "U"), type.kind != UInt8(ascii: "S") else {
            throw AssayError(.unsupported, "\(name) has a field of text, which is not read")
        }
        return type.width
    }

    /// Every `stride` bytes one number.
    static func numbers(
        _ bytes: [UInt8], name: String, descriptor: String, start: Int, stride: Int, count: Int
    ) throws(AssayError) -> NumpyArray.Values {
        let reader = NumpyReader(bytes: bytes, name: name)
        return try reader.elements(reader.elementType(descriptor), from: start, count: count, order: nil, stride: stride)
    }

    private func elementType(_ descriptor: String) throws(AssayError) -> ElementType {
        var text = Array(descriptor.utf8)
        var isBigEndian = false
        if let first = text.first, "<>|=".utf8.contains(first) {
            isBigEndian = first == UInt8(ascii: ">")
            text.removeFirst()
        }
        guard let kind = text.first else {
            throw AssayError(.unreadable, "\(name) has an array without an element type")
        }
        if kind == UInt8(ascii: "O") {
            throw AssayError(
                .unsupported, "\(name) is an array of Python objects, which is a pickle; it is not opened")
        }
        let digits = text.dropFirst()
        guard !digits.isEmpty, digits.count <= 6, let width = Int(String(decoding: digits, as: UTF8.self)), width >= 0
        else { throw AssayError(.unsupported, "\(name) has elements of the type '\(descriptor)', which is not read") }
        let known: Bool =
            switch kind {
            case UInt8(ascii: "f"): width == 4 || width == 8
            case UInt8(ascii: "i"), UInt8(ascii: "u"): [1, 2, 4, 8].contains(width)
            case UInt8(ascii: "b"): width == 1
            case UInt8(ascii: "U"), UInt8(ascii: "S"): true
            default: false
            }
        guard known else {
            throw AssayError(.unsupported, "\(name) has elements of the type '\(descriptor)', which is not read")
        }
        return ElementType(
            kind: kind, width: kind == UInt8(ascii: "U") ? width * 4 : width, isBigEndian: isBigEndian)
    }

    /// For each element in C order, its position in the file.
    private func fortranPositions(_ shape: [Int], count: Int) -> [Int] {
        guard count > 0 else { return [] }
        var strides: [Int] = []
        var stride = 1
        for extent in shape {
            strides.append(stride)
            stride *= extent
        }
        var positions: [Int] = []
        positions.reserveCapacity(count)
        var index = [Int](repeating: 0, count: shape.count)
        for _ in 0..<count {
            var position = 0
            for axis in shape.indices { position += index[axis] * strides[axis] }
            positions.append(position)
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return positions
    }

    private func elements(
        _ type: ElementType, from start: Int, count: Int, order: [Int]?, stride: Int? = nil
    ) throws(AssayError) -> NumpyArray.Values {
        func offset(_ element: Int) -> Int { start + (order?[element] ?? element) * (stride ?? type.width) }
        func bits(at offset: Int, width: Int) -> UInt64 {
            var value: UInt64 = 0
            for step in 0..<width {
                let byte = bytes[type.isBigEndian ? offset + step : offset + width - 1 - step]
                value = value << 8 | UInt64(byte)
            }
            return value
        }
        switch type.kind {
        case UInt8(ascii: "f"):
            return .float(
                (0..<count).map {
                    let raw = bits(at: offset($0), width: type.width)
                    return type.width == 8
                        ? Double(bitPattern: raw) : Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw)))
                })
        case UInt8(ascii: "i"):
            let shift = UInt64(64 - 8 * type.width)
            return .integer(
                (0..<count).map { Int64(bitPattern: bits(at: offset($0), width: type.width) << shift) >> Int64(shift) })
        case UInt8(ascii: "u"):
            var values: [Int64] = []
            for element in 0..<count {
                guard let value = Int64(exactly: bits(at: offset(element), width: type.width)) else {
                    throw AssayError(.unsupported, "\(name) has an integer beyond 2^63 - 1")
                }
                values.append(value)
            }
            return .integer(values)
        case UInt8(ascii: "b"):
            return .boolean((0..<count).map { bytes[offset($0)] != 0 })
        case UInt8(ascii: "S"):
            return .bytes(
                (0..<count).map { element in
                    let slot = bytes[offset(element)..<(offset(element) + type.width)]
                    return Array(slot[..<(slot.lastIndex { $0 != 0 }.map { $0 + 1 } ?? slot.startIndex)])
                })
        default:
            var values: [Text] = []
            for element in 0..<count {
                var scalars = String.UnicodeScalarView()
                let first = offset(element)
                let codes = (0..<(type.width / 4)).map { UInt32(bits(at: first + 4 * $0, width: 4)) }
                for code in codes[..<(codes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0)] {
                    guard let scalar = Unicode.Scalar(code) else {
                        throw AssayError(.unreadable, "\(name) has text that is not Unicode")
                    }
                    scalars.append(scalar)
                }
                values.append(Text(String(scalars)))
            }
            return .text(values)
        }
    }
}
