import AssayJSON
import AssayTerms
import Testing

@testable import AssayCanonical

/// RFC 8785's own examples, and what canonical text refuses.
@Suite struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String {
        String(decoding: try JSONValue(parsing: Array(text.utf8)).canonicalBytes(), as: UTF8.self)
    }

    // RFC 8785 §3.2.2 and §3.2.3.
    @Test func publishedExamples() throws {
        let source = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(try canonical(source) == expected)

        let names = #"""
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
             "\u00f6": "Latin Small Letter O With Diaeresis"}
            """#
        let value = try JSONValue(parsing: try JSONValue(parsing: Array(names.utf8)).canonicalBytes())
        #expect(
            value.object?.members.map(\.value.string) == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ])
    }

    @Test func orderAndKindOfNumberDoNotMatter() throws {
        #expect(try canonical(#"{"b":1.0,"a":[5e0,-0.0]}"#) == #"{"a":[5,0],"b":1}"#)
        #expect(try canonical(#"{"a":[5,0],"b":1}"#) == #"{"a":[5,0],"b":1}"#)
    }

    @Test func whatOtherReadersWouldRoundIsRefused() throws {
        #expect(try canonical("[9007199254740991,-9007199254740991]") == "[9007199254740991,-9007199254740991]")
        #expect(throws: AssayError.self) { try canonical("[9007199254740992]") }
        #expect(throws: AssayError.self) { try canonical("[-9223372036854775808]") }
        #expect(throws: AssayError.self) { try JSONValue.number(.nan).canonicalBytes() }
        #expect(throws: AssayError.self) { try JSONValue.array([.number(.infinity)]).canonicalBytes() }
    }

    @Test func documentsWithoutFractionsNameThePlace() throws {
        let good: JSONValue = ["b": ["x", true, nil, 3], "a": [:]]
        #expect(try good.canonicalBytesWithoutFractions(of: "a leaf") == good.canonicalBytes())
        let bad: JSONValue = ["a": 1, "b": ["c": [1, 2.5]]]
        let error = #expect(throws: AssayError.self) { try bad.canonicalBytesWithoutFractions(of: "a leaf") }
        #expect(error?.message == "a leaf may hold integers only; $.b.c[1] is another number")
        #expect(throws: AssayError.self) { try JSONValue.number(2).canonicalBytesWithoutFractions(of: "a leaf") }
    }
}
