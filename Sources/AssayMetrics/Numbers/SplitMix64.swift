/// The generator of every resampled interval: its outputs depend on the seed alone.
///
/// Definition: the state grows by 0x9E3779B97F4A7C15 a step; the output is the state mixed by two xor-shift-multiply
/// rounds with 0xBF58476D1CE4E5B9 and 0x94D049BB133111EB.
///
/// - Source: Steele, G. L., Lea, D. and Flood, C. H. (2014). Fast splittable pseudorandom number generators.
///   OOPSLA '14, figure 17. DOI 10.1145/2660193.2660195.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A multiple of 2⁻⁵³, uniform in 0..<1: the upper 53 bits of one output.
    package mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
