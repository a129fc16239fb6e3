import Testing

@testable import AssayJSON

/// Texts are compared byte for byte: other rooms sign and hash them.
@Suite struct JSONWriterTests {
    private func text(_ value: JSONValue, pretty: Bool = false) -> String {
        String(decoding: value.bytes(pretty: pretty), as: UTF8.self)
    }

    @Test func compact() {
        let value: JSONValue = ["b": [1, 2.5, true, nil, [], [:]], "a": "x\u{E9}\u{2028}/"]
        #expect(text(value) == "{\"b\":[1,2.5,true,null,[],{}],\"a\":\"x\u{E9}\u{2028}/\"}")
    }

    @Test func pretty() {
        let value: JSONValue = ["b": [1, ["c": []]], "a": [:]]
        #expect(
            text(value, pretty: true) == """
                {
                  "b": [
                    1,
                    {
                      "c": []
                    }
                  ],
                  "a": {}
                }
                """)
    }

    @Test func escapes() {
        let all = String(String.UnicodeScalarView((0..<0x21).map { Unicode.Scalar(UInt8($0)) })) + "\"\\\u{7F}"
        let expected =
            #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
            + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \"\\"#
            + "\u{7F}\""
        #expect(text(.string(all)) == expected)
    }

    @Test func whatIsNotFiniteIsNull() {
        #expect(text([.number(.nan), .number(.infinity), .number(-0.0)]) == "[null,null,0]")
    }
}
