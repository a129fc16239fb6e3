/// What a reader accepts before it stops with ``JSONError/Code/limitExceeded``.
package struct JSONLimits: Sendable, Hashable {
    /// Bytes of the whole text.
    package var bytes: Int
    /// Arrays and objects inside one another; the reader recurses, so this bounds its stack.
    package var depth: Int
    /// Members of objects and elements of arrays in the whole text.
    package var members: Int
    /// Bytes of one number literal.
    package var numberLength: Int

    package init(bytes: Int, depth: Int = 200, members: Int = 16_777_216, numberLength: Int = 4096) {
        self.bytes = bytes
        self.depth = depth
        self.members = members
        self.numberLength = numberLength
    }

    /// 256 MiB, depth 200, 16,777,216 members.
    package static let standard = JSONLimits(bytes: 268_435_456)
}
