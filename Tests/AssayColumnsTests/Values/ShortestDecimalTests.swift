import AssayColumns
import Testing

/// The layout rules of ECMAScript at each of their borders, and reading back over many magnitudes.
@Suite struct ShortestDecimalTests {
    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (123_456.0, "123456"), (0.1, "0.1"), (1e-6, "0.000001"),
        (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (1.25e-5, "0.0000125"), (1e16, "10000000000000000"),
        (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.234e21, "1.234e+21"), (123_456_789_012_345_683_968, "123456789012345680000"),
        (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (0.3333333333333333, "0.3333333333333333"),
        (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"),
    ])
    func layout(value: Double, text: String) {
        #expect(ShortestDecimal.text(of: value) == text)
    }

    @Test func readsBackAsTheSameNumber() {
        var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<20_000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: bits)
            guard value.isFinite, value != 0 else { continue }
            #expect(Double(ShortestDecimal.text(of: value)) == value)
        }
    }
}
