import Testing

@testable import AssayMetrics

/// The goal: sorting by digits gives what comparing gives. The method: numbers that leave out, share or crowd digits.
@Suite struct RadixSortTests {
    private static let special: [Double] = [
        0, -0.0, .infinity, -.infinity, 0x1p-1074, -0x1p-1074, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]

    @Test(arguments: [0, 1, 2, 511, 512, 513, 4096, 65_537])
    func sortsWhatComparingSorts(size: Int) {
        var generator = SplitMix64(seed: UInt64(size) + 11)
        let shapes: [String: (inout SplitMix64) -> Double] = [
            "wide": { ($0.nextUnit() - 0.5) * 1e9 },
            "whole": { ($0.nextUnit() * 40).rounded() - 20 },
            "tenths": { ($0.nextUnit() * 5_000).rounded() / 10 },
            "constant": { _ in 7.25 },
            // All share the leading bits, so that comparing gives up.
            "crowded": { 1e9 + $0.nextUnit() * 1e-3 },
            "two crowds": { ($0.nextUnit() < 0.5 ? -1e9 : 1e9) + $0.nextUnit() * 1e-3 },
            "any bits": {
                let value = Double(bitPattern: $0.next())
                return value.isNaN ? 1 : value
            },
            "descending": { _ in 0 },
        ]
        for (name, draw) in shapes {
            var values = (0..<size).map { name == "descending" ? Double(size - $0) : draw(&generator) }
            #expect(RadixSort.sorted(values) == values.sorted(), "\(name)")
            values += Self.special
            values.shuffle(using: &generator)
            let sorted = RadixSort.sorted(values)
            #expect(sorted == values.sorted(), "\(name)")
            #expect(sorted.allSatisfy { $0 != 0 || $0.sign == .plus }, "\(name)")
        }
    }
}
