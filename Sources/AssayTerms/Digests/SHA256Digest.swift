/// A SHA-256 value: 32 bytes, written as 64 lower-case hexadecimal digits.
package struct SHA256Digest: Hashable, Sendable {
    package let bytes: [UInt8]

    /// `nil` unless `bytes` are exactly 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// `nil` unless `hex` is 64 hexadecimal digits in lower case.
    package init?(hex: String) {
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex) else { return nil }
        self.bytes = bytes
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All zeros: what stands before the first of a chain.
    package static let nothing = SHA256Digest([UInt8](repeating: 0, count: 32))

    package var hex: String { Hex.encode(bytes) }
}

extension SHA256Digest: Comparable, CustomStringConvertible {
    package static func < (left: SHA256Digest, right: SHA256Digest) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    package var description: String { "sha256:" + hex }
}
