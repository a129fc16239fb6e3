/// Numbers in ascending order, by their bits.
package enum RadixSort {
    /// Below this count comparing is quicker than distributing.
    private static let distributedFrom = 512

    /// The values in ascending order; −0 becomes 0.
    ///
    /// Definition: the bits of a double, with the sign bit flipped where it is clear and all bits flipped where it is set,
    /// order as the numbers do; they are distributed by eight bits at a time, least significant first. A pass in which
    /// all keys share the byte is left out, so small whole numbers need few.
    ///
    /// - Precondition: no value is NaN.
    /// - Complexity: O(n), at most eight passes and one buffer of n words.
    package static func sorted(_ values: [Double]) -> [Double] {
        guard values.count >= distributedFrom else { return values.map { $0 + 0 }.sorted() }
        var keys = values.map(key)
        var other = [UInt64](repeating: 0, count: keys.count)
        var counts = [Int](repeating: 0, count: 8 * 256)
        for key in keys {
            for pass in 0..<8 { counts[pass &* 256 &+ Int(truncatingIfNeeded: key >> UInt64(8 &* pass) & 255)] &+= 1 }
        }
        for pass in 0..<8 {
            let shift = UInt64(8 * pass)
            let base = pass * 256
            if counts[base + Int(truncatingIfNeeded: keys[0] >> shift & 255)] == keys.count { continue }
            var position = 0
            for byte in 0..<256 {
                let count = counts[base + byte]
                counts[base + byte] = position
                position += count
            }
            for key in keys {
                let place = base &+ Int(truncatingIfNeeded: key >> shift & 255)
                other[counts[place]] = key
                counts[place] &+= 1
            }
            swap(&keys, &other)
        }
        return keys.map(value)
    }

    private static func key(_ value: Double) -> UInt64 {
        // Adding 0 makes −0 the same number as 0 in bits too.
        let bits = (value + 0).bitPattern
        return bits ^ (bits >> 63 == 1 ? .max : 1 << 63)
    }

    private static func value(_ key: UInt64) -> Double {
        Double(bitPattern: key ^ (key >> 63 == 1 ? 1 << 63 : .max))
    }
}
