import AssayPolicy
import Testing

/// Decimals are read, compared and computed exactly. Tables for the edges; laws over seeded doubles, with `Double`'s own
/// order as the independent answer.
struct ExactDecimalTests {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("0.0", "0"), ("00.10", "0.1"), ("1e2", "100"), ("1E+2", "100"), ("12.5e-3", "0.0125"),
        ("-0.050", "-0.05"), ("1e-7", "0.0000001"), ("120", "120"), ("9007199254740993", "9007199254740993"),
    ])
    func readsAndWrites(_ text: String, _ written: String) {
        #expect(ExactDecimal(text)?.description == written)
    }

    @Test(arguments: [
        "", "-", ".5", "5.", "+1", "1_000", "0x10", "1e", "1e+", "e3", "inf", "nan", ".nan", ".inf", "1,5", " 1", "1 ",
        "1e401", "1e99999", "--1", "1.2.3", "٣", "1e3.5", String(repeating: "1", count: 65),
    ])
    func refuses(_ text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func comparesTheShortestForm() throws {
        let limit = try #require(ExactDecimal("0.3"))
        #expect(try #require(ExactDecimal(shortest: 0.1 + 0.2)) > limit)
        #expect(try #require(ExactDecimal(shortest: 0.3)) == limit)
        // 0.1 as a double is a little more than one tenth; its shortest form is one tenth.
        #expect(ExactDecimal(shortest: 0.1) == ExactDecimal("0.1"))
        #expect(ExactDecimal(shortest: .leastNonzeroMagnitude) == ExactDecimal("5e-324"))
        #expect(ExactDecimal(shortest: .greatestFiniteMagnitude) == ExactDecimal("1.7976931348623157e308"))
        #expect(ExactDecimal(shortest: -0.0) == .zero)
        for value in [Double.nan, .infinity, -.infinity] { #expect(ExactDecimal(shortest: value) == nil) }
    }

    @Test func ordersAsDoublesDo() throws {
        var state: UInt64 = 42
        var values: [Double] = [0, -0.0, 1, -1, 0.1, 0.01, 10, 1e300, -1e300, 1e-300, .leastNonzeroMagnitude]
        while values.count < 120 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            if value.isFinite { values.append(value) }
        }
        for a in values {
            for b in values {
                let (left, right) = (try #require(ExactDecimal(shortest: a)), try #require(ExactDecimal(shortest: b)))
                #expect((left < right) == (a < b))
                #expect((left == right) == (a == b))
                #expect(left + right == right + left)
                #expect((left - right) + right == left)
                #expect((left - right < .zero) == (a < b))
            }
        }
    }

    @Test func computesAsIntegersDo() throws {
        for a in [-1_000, -101, -99, -10, -1, 0, 1, 9, 10, 11, 99, 100, 12_345] {
            for b in [-100, -11, -9, -1, 0, 1, 5, 10, 999, 1_001] {
                let (left, right) = (try #require(ExactDecimal("\(a)")), try #require(ExactDecimal("\(b)")))
                #expect((left + right).description == "\(a + b)")
                #expect((left - right).description == "\(a - b)")
                #expect((left * right).description == "\(a * b)")
            }
        }
    }

    @Test(arguments: [
        ("0.12345", 4, "0.1234"), ("0.12355", 4, "0.1236"), ("0.99996", 4, "1"), ("-0.00005", 4, "0"),
        ("0.00006", 4, "0.0001"), ("0.000001", 4, "0"), ("12", 4, "12"), ("0.123451", 4, "0.1235"), ("9.5", 0, "10"),
    ])
    func rounds(_ text: String, _ places: Int, _ expected: String) {
        #expect(ExactDecimal(text)?.rounded(places: places).description == expected)
    }
}
