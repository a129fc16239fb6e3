extension JSONReader {
    /// Reads a string at `position`, whose byte is the opening quote.
    mutating func readString() throws(JSONError) -> String {
        let start = position + 1
        var end = start
        var isASCII = true
        // Most strings have no escape: find the closing quote and take the bytes between as they are.
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") {
                position = end + 1
                if isASCII { return String(decoding: bytes[start..<end], as: UTF8.self) }
                return try validated(bytes[start..<end])
            }
            if byte == UInt8(ascii: "\\") { return try readEscapedString(from: start, firstEscape: end) }
            if byte < 0x20 { throw controlCharacter(at: end) }
            if byte >= 0x80 { isASCII = false }
            end += 1
        }
        throw endOfText()
    }

    private mutating func readEscapedString(from start: Int, firstEscape: Int) throws(JSONError) -> String {
        var content = Array(bytes[start..<firstEscape])
        position = firstEscape
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let end = position
                position += 1
                guard let string = String(validating: content, as: UTF8.self) else {
                    throw invalidUTF8(in: bytes[start..<end])
                }
                return string
            }
            if byte == UInt8(ascii: "\\") {
                try readEscape(into: &content)
                continue
            }
            if byte < 0x20 { throw controlCharacter(at: position) }
            content.append(byte)
            position += 1
        }
        throw endOfText()
    }

    private mutating func readEscape(into content: inout [UInt8]) throws(JSONError) {
        let start = position
        guard start + 1 < bytes.count else { throw endOfText() }
        position += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): content.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): content.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): content.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = UInt32(try readFourHexDigits())
            if 0xD800...0xDBFF ~= scalar {
                guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw loneSurrogate(at: start) }
                position += 2
                let low = UInt32(try readFourHexDigits())
                guard 0xDC00...0xDFFF ~= low else { throw loneSurrogate(at: start) }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(scalar) else { throw loneSurrogate(at: start) }
            content.append(contentsOf: UTF8.encode(scalar)!)
        default:
            throw JSONError(.invalidEscape, "unknown escape in a string", offset: start)
        }
    }

    private mutating func readFourHexDigits() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw endOfText() }
            let digit: UInt8
            switch bytes[position] {
            case let byte where byte &- UInt8(ascii: "0") <= 9: digit = byte - UInt8(ascii: "0")
            case let byte where (byte | 0x20) &- UInt8(ascii: "a") <= 5: digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default:
                throw JSONError(.invalidEscape, "expected four hexadecimal digits after \\u", offset: position)
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private func validated(_ content: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let string = String(validating: content, as: UTF8.self) else { throw invalidUTF8(in: content) }
        return string
    }

    private func invalidUTF8(in content: ArraySlice<UInt8>) -> JSONError {
        var iterator = content.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        var offset = content.startIndex
        loop: while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): offset += encoded.count
            case .error, .emptyInput: break loop
            }
        }
        return JSONError(.invalidUTF8, "a string is not valid UTF-8", offset: offset)
    }

    private func controlCharacter(at offset: Int) -> JSONError {
        JSONError(.controlCharacter, "a control character stands unescaped in a string", offset: offset)
    }

    private func loneSurrogate(at offset: Int) -> JSONError {
        JSONError(.loneSurrogate, "half of a surrogate pair stands alone", offset: offset)
    }
}
