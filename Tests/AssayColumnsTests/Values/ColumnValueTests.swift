import AssayColumns
import AssayTerms
import Testing

/// One number domain with exact equality and order, and a domain for each of text and timestamps.
@Suite struct ColumnValueTests {
    @Test func numbersOfAllTypesAreOneDomain() {
        #expect(ColumnValue(true) == ColumnValue(Int64(1)))
        #expect(ColumnValue(1.0) == .integer(1))
        #expect(ColumnValue(-0.0) == .integer(0))
        #expect(ColumnValue(0.5) == .fraction(0.5))
        #expect(ColumnValue(.nan) == nil)
        #expect(ColumnValue(9_223_372_036_854_775_808.0) == .fraction(0x1p63))
        #expect(ColumnValue.text("1") != .integer(1))
        #expect(ColumnValue.timestamp(1) != .integer(1))
    }

    @Test func orderIsExactBeyondTheDoublesPrecision() {
        let sorted: [ColumnValue] = [
            .fraction(-.infinity), .integer(.min), .integer(-1), .fraction(-0.5), .integer(0), .integer(1 << 53),
            .integer((1 << 53) + 1), .integer(.max), .fraction(0x1p63), .fraction(.infinity),
            .timestamp(-1), .timestamp(5), .text("10"), .text("9"), .text("a"), .text("é"),
        ]
        #expect(sorted.reversed().sorted() == sorted)
        for (index, left) in sorted.enumerated() {
            for (other, right) in sorted.enumerated() { #expect((left < right) == (index < other)) }
        }
    }

    @Test(arguments: [
        (ColumnValue.integer(1), "1"), (.integer(-20), "-20"), (.fraction(0.1), "0.1"), (.fraction(1e21), "1e+21"),
        (.fraction(0x1p63), "9223372036854776000"), (.fraction(-.infinity), "-Infinity"), (.text("a b"), "a b"),
        (.timestamp(0), "1970-01-01T00:00:00Z"),
    ])
    func namesAreTheShortestDecimalForm(value: ColumnValue, name: String) {
        #expect(value.name == Text(name))
    }

    @Test func optionsAreReadByTheColumnsType() throws {
        for text: Text in ["1", "1.0", "1e0", "true", "True", "tRUE", "+1"] {
            for type: ColumnType in [.boolean, .int64, .double] {
                #expect(try ColumnValue(reading: text, as: type, column: "c") == .integer(1), "\(text) \(type)")
            }
            #expect(try ColumnValue(reading: text, as: .text, column: "c") == .text(text))
        }
        #expect(try ColumnValue(reading: "-inf", as: .double, column: "c") == .fraction(-.infinity))
        #expect(try ColumnValue(reading: "9007199254740993", as: .int64, column: "c") == .integer(9_007_199_254_740_993))
        #expect(try ColumnValue(reading: "1970-01-02", as: .timestamp, column: "c") == .timestamp(86_400_000_000))
        for text: Text in ["", "yes", "0x10", "nan", "NaN", "1,5", "1 ", "١"] {
            #expect(
                refusal { _ = try ColumnValue(reading: text, as: .double, column: "age") }
                    == "invalidArgument: column 'age' holds numbers (double), and '\(text)' is none")
        }
        #expect(
            refusal { _ = try ColumnValue(reading: "2026-02-29", as: .timestamp, column: "day") }.contains("'2026-02-29'"))
    }
}
