/// About how many distinct values there were, in 16 KiB whatever their number: HyperLogLog with 2^14 registers.
///
/// - Error: one standard error is 1.04 / √16384, 0.81 % of the count; 99.7 % of counts are within three of them.
/// - Kind: counted; the order of rows changes nothing, since a register is a maximum.
/// - Source: Flajolet, Fusy, Gandouet and Meunier (2007), HyperLogLog, figure 3, with 64-bit hashes, so that no correction
///   for large counts is needed.
package struct DistinctSketch: Sendable {
    package static let standardError = 1.04 / 128
    private static let indexBits = 14

    private var registers = [UInt8](repeating: 0, count: 1 << indexBits)

    package init() {}

    package mutating func add(_ key: UInt64) {
        var generator = SplitMix64(seed: key)
        let hash = generator.next()
        let index = Int(hash >> UInt64(64 - Self.indexBits))
        let rest = hash << UInt64(Self.indexBits)
        let rank = UInt8(min(rest.leadingZeroBitCount, 64 - Self.indexBits) + 1)
        if rank > registers[index] { registers[index] = rank }
    }

    package var estimate: Int {
        let size = Double(registers.count)
        var sum = 0.0
        var empty = 0
        for register in registers {
            sum += Double(sign: .plus, exponent: -Int(register), significand: 1)
            if register == 0 { empty += 1 }
        }
        let raw = 0.7213 / (1 + 1.079 / size) * size * size / sum
        if raw <= 2.5 * size, empty > 0 { return Int((size * naturalLogarithm(size / Double(empty))).rounded()) }
        return Int(raw.rounded())
    }
}
