extension JSONValue {
    /// Reads one JSON text: RFC 8259's grammar and nothing beside it.
    ///
    /// Refused: anything after the value but white space, a byte order mark, `NaN` and `Infinity`, numbers
    /// beyond a double's range, control characters in strings, lone surrogates, bytes that are not UTF-8,
    /// and what exceeds `limits`. A number too small for a double is 0. Of equal names in an object the last wins, unless `limits` refuse them.
    ///
    /// - Complexity: O(`bytes.count`).
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        guard bytes.count <= limits.bytes else {
            throw JSONError(
                .limitExceeded, "the text has \(bytes.count) bytes, more than the \(limits.bytes) allowed",
                offset: limits.bytes)
        }
        var reader = JSONReader(bytes: bytes, limits: limits)
        self = try reader.readText()
    }
}

/// A recursive-descent reader over bytes; its depth is bounded by ``JSONLimits/depth``.
struct JSONReader {
    let bytes: [UInt8]
    let limits: JSONLimits
    var position = 0
    private var depth = 0
    private var members = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func readText() throws(JSONError) -> JSONValue {
        skipSpace()
        let value = try readValue()
        skipSpace()
        guard position == bytes.count else {
            throw JSONError(.trailingBytes, "unexpected bytes after the value", offset: position)
        }
        return value
    }

    private mutating func readValue() throws(JSONError) -> JSONValue {
        guard position < bytes.count else { throw endOfText() }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            return .string(try readString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try readNumber()
        case UInt8(ascii: "{"):
            return try readObject()
        case UInt8(ascii: "["):
            return try readArray()
        case UInt8(ascii: "t"):
            try readWord("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try readWord("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try readWord("null")
            return .null
        case 0xEF where position == 0:
            throw JSONError(.unexpectedByte, "the text starts with a byte order mark", offset: 0)
        default:
            throw JSONError(.unexpectedByte, "expected a value", offset: position)
        }
    }

    private mutating func readObject() throws(JSONError) -> JSONValue {
        try enter()
        var object = JSONObject()
        if try !closes(with: UInt8(ascii: "}")) {
            while true {
                guard position < bytes.count else { throw endOfText() }
                guard bytes[position] == UInt8(ascii: "\"") else {
                    throw JSONError(.unexpectedByte, "expected a member's name in quotes", offset: position)
                }
                let start = position
                let name = try readString()
                guard limits.takesDuplicates || object[name] == nil else {
                    throw JSONError(.duplicateName, "the object names this member twice", offset: start)
                }
                skipSpace()
                guard position < bytes.count else { throw endOfText() }
                guard bytes[position] == UInt8(ascii: ":") else {
                    throw JSONError(.unexpectedByte, "expected ':' after a member's name", offset: position)
                }
                position += 1
                skipSpace()
                try countMember()
                object.set(name, to: try readValue())
                if try closesOrContinues(with: UInt8(ascii: "}"), in: "an object") { break }
            }
        }
        depth -= 1
        return .object(object)
    }

    private mutating func readArray() throws(JSONError) -> JSONValue {
        try enter()
        var array: [JSONValue] = []
        if try !closes(with: UInt8(ascii: "]")) {
            while true {
                try countMember()
                array.append(try readValue())
                if try closesOrContinues(with: UInt8(ascii: "]"), in: "an array") { break }
            }
        }
        depth -= 1
        return .array(array)
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= limits.depth else {
            throw JSONError(
                .limitExceeded, "values are nested deeper than the \(limits.depth) levels allowed", offset: position)
        }
        position += 1
        skipSpace()
    }

    private mutating func countMember() throws(JSONError) {
        members += 1
        guard members <= limits.members else {
            throw JSONError(
                .limitExceeded, "more members and elements than the \(limits.members) allowed", offset: position)
        }
    }

    private mutating func closes(with end: UInt8) throws(JSONError) -> Bool {
        guard position < bytes.count else { throw endOfText() }
        guard bytes[position] == end else { return false }
        position += 1
        return true
    }

    private mutating func closesOrContinues(with end: UInt8, in what: StaticString) throws(JSONError) -> Bool {
        skipSpace()
        guard position < bytes.count else { throw endOfText() }
        let byte = bytes[position]
        guard byte == end || byte == UInt8(ascii: ",") else {
            throw JSONError(.unexpectedByte, "expected ',' or the end of \(what)", offset: position)
        }
        position += 1
        if byte == end { return true }
        skipSpace()
        return false
    }

    private mutating func readWord(_ word: StaticString) throws(JSONError) {
        let start = position
        let length = word.utf8CodeUnitCount
        for index in 0..<length {
            guard position < bytes.count else { throw endOfText() }
            guard bytes[position] == word.utf8Start[index] else {
                throw JSONError(.unexpectedByte, "expected '\(word)'", offset: start)
            }
            position += 1
        }
    }

    mutating func skipSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    func endOfText() -> JSONError {
        JSONError(.unexpectedEnd, "the text ends in the middle of a value", offset: bytes.count)
    }
}
