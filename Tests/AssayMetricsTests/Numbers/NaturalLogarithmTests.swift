import AssayMetrics
import Foundation
import Testing

/// The goal: a logarithm within 2 ulp everywhere, exact where the result is known. The method: the C library's as the
/// reference, at powers of two, near 1, at the ends of the range and at seeded draws over all exponents.
@Suite struct NaturalLogarithmTests {
    @Test func agreesWithTheLibrary() {
        var generator = SplitMix64(seed: 7)
        var arguments = [
            1, 2, 0.5, 1 - 0x1p-53, 1 + 0x1p-52, 2.220_446_049_250_313e-16, Double.leastNormalMagnitude,
            Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude, 1.414_213_562_373_095,
            1.414_213_562_373_095_2,
        ]
        for _ in 0..<20_000 {
            arguments.append(generator.nextUnit() + 0x1p-60)
            arguments.append(0.5 + generator.nextUnit())
            arguments.append(Double(sign: .plus, exponent: Int(generator.next() % 2000) - 1000, significand: 1.37))
        }
        for argument in arguments {
            let expected = log(argument)
            #expect(abs(naturalLogarithm(argument) - expected) <= 2 * expected.ulp, "log \(argument)")
        }
    }

    @Test func ofOneIsZero() { #expect(naturalLogarithm(1) == 0) }
}
