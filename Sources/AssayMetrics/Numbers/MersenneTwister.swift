/// numpy's legacy generator, for where a peer's random division of rows or draw of coalitions has to be repeated.
///
/// - Source: Matsumoto, M. and Nishimura, T. (1998). Mersenne Twister. ACM TOMACS 8, 3–30; the seeding and the shuffle of
///   numpy 2.4.6 `random.seed(int)`, `random.random_sample` and `random.permutation(int)`.
package struct MersenneTwister {
    private var state = [UInt32](repeating: 0, count: 624)
    private var position = 624

    /// `numpy.random.seed(seed)`.
    package init(seed: UInt32) {
        var value = seed
        for index in 0..<624 {
            state[index] = value
            value = 1_812_433_253 &* (value ^ (value >> 30)) &+ UInt32(index + 1)
        }
    }

    package mutating func next() -> UInt32 {
        if position == 624 {
            for index in 0..<624 {
                let mixed = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7FFF_FFFF)
                state[index] = state[(index + 397) % 624] ^ (mixed >> 1) ^ (mixed & 1 == 1 ? 0x9908_B0DF : 0)
            }
            position = 0
        }
        var y = state[position]
        position += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9D2C_5680
        y ^= (y << 15) & 0xEFC6_0000
        return y ^ (y >> 18)
    }

    /// `numpy.random.random_sample()`: a multiple of 2⁻⁵³ in 0..<1, from 27 bits of one draw and 26 of the next.
    package mutating func nextUnit() -> Double {
        let high = Double(next() >> 5)
        let low = Double(next() >> 6)
        return (high * 67_108_864 + low) / 9_007_199_254_740_992
    }

    /// Uniform in `0...limit`: draws masked to the bits of `limit`, until one is not above it.
    private mutating func interval(_ limit: UInt32) -> UInt32 {
        if limit == 0 { return 0 }
        let mask = UInt32.max >> UInt32(limit.leadingZeroBitCount)
        while true {
            let value = next() & mask
            if value <= limit { return value }
        }
    }

    /// Shuffles as `numpy.random.shuffle` does, from the last place down.
    package mutating func shuffle(_ order: inout [Int32]) {
        for place in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(place, Int(interval(UInt32(place))))
        }
    }
}
