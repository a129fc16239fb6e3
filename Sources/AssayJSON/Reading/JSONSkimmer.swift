/// Reads a text of an expected shape straight into values, for texts too big to build a tree of first.
///
/// It has no errors of its own: what a method did not expect it answers with `nil` or `false`, and its caller reads the text
/// anew as a ``JSONValue``, which says what is wrong. Whatever it does take means what ``JSONValue/init(parsing:limits:)``
/// makes of it; a member that stands twice is for its caller to notice.
package struct JSONSkimmer {
    private var reader: JSONReader

    package init(_ bytes: [UInt8], limits: JSONLimits = .standard) {
        reader = JSONReader(bytes: bytes, limits: limits)
        reader.skipSpace()
    }

    package var isAtEnd: Bool { reader.position == reader.bytes.count }

    /// Takes `byte`, and the white space after it.
    package mutating func take(_ byte: UInt8) -> Bool {
        guard reader.position < reader.bytes.count, reader.bytes[reader.position] == byte else { return false }
        reader.position += 1
        reader.skipSpace()
        return true
    }

    /// Takes the members of an object: `member` is handed the place of each one's name in `names`, and takes its value.
    ///
    /// - Returns: `false` for a name that is not among them, and where `member` says so.
    package mutating func members(
        _ names: [StaticString], _ member: (_ place: Int, _ text: inout JSONSkimmer) -> Bool
    ) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let place = names.firstIndex(where: { takeName($0) }), take(UInt8(ascii: ":")), member(place, &self)
            else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// Takes the elements of an array, each taken by `element`.
    package mutating func elements(_ element: (_ text: inout JSONSkimmer) -> Bool) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard element(&self) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    package mutating func string() -> String? {
        guard reader.position < reader.bytes.count, reader.bytes[reader.position] == UInt8(ascii: "\"") else { return nil }
        guard let string = try? reader.readString() else { return nil }
        reader.skipSpace()
        return string
    }

    /// A number as it stands: an integer where it is written as one that fits in 64 bits.
    package mutating func number() -> JSONValue? {
        guard reader.position < reader.bytes.count else { return nil }
        let first = reader.bytes[reader.position]
        guard first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") <= 9, let number = try? reader.readNumber() else { return nil }
        reader.skipSpace()
        return number
    }

    /// Takes this name in quotes. `name` holds nothing that JSON writes with an escape.
    private mutating func takeName(_ name: StaticString) -> Bool {
        let (start, count) = (reader.position, name.utf8CodeUnitCount)
        guard start + count + 1 < reader.bytes.count, reader.bytes[start] == UInt8(ascii: "\""),
            reader.bytes[start + count + 1] == UInt8(ascii: "\"")
        else { return false }
        for place in 0..<count where reader.bytes[start + 1 + place] != name.utf8Start[place] { return false }
        reader.position = start + count + 2
        reader.skipSpace()
        return true
    }
}
