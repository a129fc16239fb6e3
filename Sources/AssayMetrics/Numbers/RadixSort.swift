/// Numbers in ascending order, by their bits.
package enum RadixSort {
    /// Below this count comparing is quicker than distributing.
    private static let distributedFrom = 512
    /// The bits of a digit: 2,048 counters stay in the first cache beside what they count.
    private static let digitBits = 11
    private static let digitCount = 3
    /// The leading bits that are distributed; what they leave out of order is put right by comparing.
    private static let leadingBits = digitBits * digitCount
    /// Comparing gives up after this many steps a value.
    private static let stepsPerValue = 8

    /// The values in ascending order; −0 becomes 0.
    ///
    /// Definition: the bits of a double, with the sign bit flipped where it is clear and all bits flipped where it is set,
    /// order as the numbers do. Of the bits in which any two keys differ the leading 33 are distributed, eleven at a time and
    /// least significant first; fewer where fewer differ, as in whole numbers. Samples of measured numbers are then in order
    /// but for neighbours, which are inserted; where too many are not, the bits left out are distributed as well.
    ///
    /// - Precondition: no value is NaN.
    /// - Complexity: O(n), at most six passes, and one buffer of n words.
    package static func sorted(_ values: [Double]) -> [Double] {
        guard values.count >= distributedFrom else { return values.map { $0 + 0 }.sorted() }
        var keys = [UInt64](unsafeUninitializedCapacity: values.count) { buffer, count in
            values.withUnsafeBufferPointer { values in
                for index in values.indices { buffer.initializeElement(at: index, to: key(values[index])) }
            }
            count = values.count
        }
        sort(&keys)
        return [Double](unsafeUninitializedCapacity: keys.count) { buffer, count in
            keys.withUnsafeBufferPointer { keys in
                for index in keys.indices { buffer.initializeElement(at: index, to: value(keys[index])) }
            }
            count = keys.count
        }
    }

    private static func sort(_ keys: inout [UInt64]) {
        var (common, any) = (UInt64.max, UInt64.zero)
        for key in keys {
            common &= key
            any |= key
        }
        let varying = common ^ any
        guard varying != 0 else { return }
        let (low, high) = (varying.trailingZeroBitCount, 64 - varying.leadingZeroBitCount)
        let middle = max(low, high - leadingBits)
        var other = [UInt64](unsafeUninitializedCapacity: keys.count) { buffer, count in
            buffer.initialize(repeating: 0)
            count = buffer.count
        }
        distribute(&keys, &other, bits: middle..<high)
        guard middle > low, !insert(&keys) else { return }
        distribute(&keys, &other, bits: low..<middle)
        distribute(&keys, &other, bits: middle..<high)
    }

    /// Orders the keys by the bits alone, keys equal in these as they were.
    private static func distribute(_ keys: inout [UInt64], _ other: inout [UInt64], bits: Range<Int>) {
        let shifts = stride(from: bits.lowerBound, to: bits.upperBound, by: digitBits).map { UInt64($0) }
        let size = 1 << digitBits
        let mask = UInt64(size - 1)
        // The last digit may be narrower.
        let lastMask = (UInt64(1) << (UInt64(bits.upperBound) - (shifts.last ?? 0))) - 1
        for (pass, shift) in shifts.enumerated() {
            let mask = pass == shifts.count - 1 ? lastMask : mask
            var places = [Int](repeating: 0, count: size)
            places.withUnsafeMutableBufferPointer { places in
                keys.withUnsafeBufferPointer { keys in
                    other.withUnsafeMutableBufferPointer { other in
                        for key in keys { places[Int(truncatingIfNeeded: key &>> shift & mask)] &+= 1 }
                        var position = 0
                        for digit in places.indices {
                            let count = places[digit]
                            places[digit] = position
                            position &+= count
                        }
                        for key in keys {
                            let digit = Int(truncatingIfNeeded: key &>> shift & mask)
                            other[places[digit]] = key
                            places[digit] &+= 1
                        }
                    }
                }
            }
            swap(&keys, &other)
        }
    }

    /// Sorts by insertion.
    ///
    /// - Returns: whether it came to an end; if not, the keys are some permutation of themselves.
    private static func insert(_ keys: inout [UInt64]) -> Bool {
        keys.withUnsafeMutableBufferPointer { keys in
            var steps = keys.count * stepsPerValue
            for index in 1..<keys.count where keys[index] < keys[index &- 1] {
                let key = keys[index]
                var place = index
                while place > 0, keys[place &- 1] > key {
                    keys[place] = keys[place &- 1]
                    place &-= 1
                }
                keys[place] = key
                steps &-= index &- place
                if steps < 0 { return false }
            }
            return true
        }
    }

    private static func key(_ value: Double) -> UInt64 {
        // Adding 0 makes −0 the same number as 0 in bits too.
        let bits = (value + 0).bitPattern
        return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
    }

    private static func value(_ key: UInt64) -> Double {
        Double(bitPattern: key ^ (UInt64(bitPattern: ~(Int64(bitPattern: key) >> 63)) | 1 << 63))
    }
}
