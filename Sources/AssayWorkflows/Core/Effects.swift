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
}
