import AssayTerms

/// The outside world as the use cases see it: time and chance, handed in so that tests can fix them.
package struct Effects: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let nowMilliseconds: @Sendable () -> Int64
    /// `count` bytes nobody can predict.
    package let randomBytes: @Sendable (_ count: Int) -> [UInt8]

    package init(nowMilliseconds: @escaping @Sendable () -> Int64, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.nowMilliseconds = nowMilliseconds
        self.randomBytes = randomBytes
    }

    /// A fresh id of 32 hexadecimal digits.
    package func newID() -> String { Hex.encode(randomBytes(16)) }

    /// A fresh random UUID (RFC 9562, version 4), in lower case.
    package func newUUID() -> String {
        var bytes = randomBytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let groups = [bytes[0..<4], bytes[4..<6], bytes[6..<8], bytes[8..<10], bytes[10..<16]]
        return groups.map { Hex.encode(Array($0)) }.joined(separator: "-")
    }
}
