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
    /// Whether an object may name a member twice; the last one wins then. Not for signed texts: another reader may take the first.
    package var takesDuplicates: Bool

    package init(bytes: Int, depth: Int = 200, members: Int = 16_777_216, numberLength: Int = 4096, takesDuplicates: Bool = true) {
        self.bytes = bytes
        self.depth = depth
        self.members = members
        self.numberLength = numberLength
        self.takesDuplicates = takesDuplicates
    }

    /// 256 MiB, depth 200, 16,777,216 members.
    package static let standard = JSONLimits(bytes: 268_435_456)
}
