/// Which rows of a column have a value: one bit a row, bit `i % 64` of word `i / 64`, set where present.
///
/// Bits past `count` are clear, so `words` can be folded without a mask.
package struct Validity: Hashable, Sendable {
    package let count: Int
    package private(set) var words: [UInt64]
    package private(set) var presentCount: Int

    /// All rows present or all missing.
    package init(count: Int, present: Bool) {
        precondition(count >= 0, "validity count is negative")
        self.count = count
        words = [UInt64](repeating: present ? .max : 0, count: (count + 63) / 64)
        if present, count % 64 != 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
        presentCount = present ? count : 0
    }

    package init(_ bits: some Collection<Bool>) {
        self.init(count: bits.count, present: false)
        for (row, bit) in bits.enumerated() where bit { markPresent(row) }
    }

    /// Takes words whose bits past `count` may hold anything.
    package init(count: Int, words source: [UInt64]) {
        precondition(source.count >= (count + 63) / 64, "validity words are too few")
        self.count = count
        words = Array(source.prefix((count + 63) / 64))
        if count % 64 != 0 { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
        presentCount = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    package subscript(row: Int) -> Bool {
        precondition(row >= 0 && row < count, "row is out of range")
        return words[row / 64] >> UInt64(row % 64) & 1 == 1
    }

    package mutating func markPresent(_ row: Int) {
        precondition(row >= 0 && row < count, "row is out of range")
        let bit: UInt64 = 1 << UInt64(row % 64)
        if words[row / 64] & bit == 0 {
            words[row / 64] |= bit
            presentCount += 1
        }
    }

    package mutating func markMissing(_ row: Int) {
        precondition(row >= 0 && row < count, "row is out of range")
        let bit: UInt64 = 1 << UInt64(row % 64)
        if words[row / 64] & bit != 0 {
            words[row / 64] &= ~bit
            presentCount -= 1
        }
    }

    package var missingCount: Int { count - presentCount }
}
