/// Why bytes are not the JSON text they should be. The message quotes no content.
package struct JSONError: Error, Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case unexpectedEnd
        case unexpectedByte
        case trailingBytes
        case invalidNumber
        case numberOutOfRange
        case invalidEscape
        case loneSurrogate
        case controlCharacter
        case invalidUTF8
        case duplicateName
        case limitExceeded
    }

    package var code: Code
    package var message: String
    /// The byte at which reading stopped, from 0.
    package var offset: Int

    package init(_ code: Code, _ message: String, offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// Line and column of `offset` in the text that was read, both from 1; a column counts Unicode scalars.
    ///
    /// - Complexity: O(`offset`).
    package func position(in bytes: [UInt8]) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// The message with its line and column.
    package func text(in bytes: [UInt8]) -> String {
        let (line, column) = position(in: bytes)
        return "line \(line), column \(column): \(message)"
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(message) (byte \(offset))" }
}
