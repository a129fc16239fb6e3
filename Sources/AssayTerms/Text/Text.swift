/// Text from outside, compared by its UTF-8 bytes.
///
/// Swift's `String` treats canonically equivalent forms as equal ("é" as one scalar and as two are the
/// same key); pandas, SQLite and MLflow do not. Names of columns, params, tags, groups and paths are
/// therefore `Text`: two values are equal exactly when their UTF-8 bytes are, and they sort by bytes.
///
/// - Complexity: equality, ordering and hashing are O(`utf8Count`).
package struct Text: Sendable {
    package let string: String

    package init(_ string: String) {
        var native = string
        native.makeContiguousUTF8()
        self.string = native
    }

    /// The text whose UTF-8 form is `bytes`, or `nil` if they are not valid UTF-8.
    package init?(utf8 bytes: some Collection<UInt8>) {
        guard let string = String(validating: bytes, as: UTF8.self) else { return nil }
        self.string = string
    }

    package var utf8: String.UTF8View { string.utf8 }
    package var utf8Count: Int { string.utf8.count }
    package var isEmpty: Bool { string.isEmpty }

    /// The number of Unicode scalars, Python's `len`: of bytes that continue none.
    package var scalarCount: Int {
        let bytes = string.utf8.span
        var count = 0
        for index in bytes.indices { count &+= bytes[index] & 0xC0 == 0x80 ? 0 : 1 }
        return count
    }
}

extension Text: Hashable {
    package static func == (left: Text, right: Text) -> Bool {
        guard left.utf8Count == right.utf8Count else { return false }
        var (left, right) = (left.string, right.string)
        return left.withUTF8 { left in right.withUTF8 { right in left.elementsEqual(right) } }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(string.utf8.count)
        let fed: Void? = string.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if fed == nil { for byte in string.utf8 { hasher.combine(byte) } }
    }
}

extension Text: Comparable {
    package static func < (left: Text, right: Text) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral value: StaticString) { self.init("\(value)") }
    package var description: String { string }
}
