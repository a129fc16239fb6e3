import Testing

@testable import AssayJSON

/// The grammar as two tables, what must be read and what must be refused, and random texts that Python read too.
@Suite struct JSONReaderTests {
    private func read(_ text: String, limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("\t\r\n 0", 0), ("-0", 0), ("-1", -1),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
            ("18446744073709551616", .number(18_446_744_073_709_551_616)),
            ("1.0", .number(1)), ("1e0", .number(1)), ("1E+2", .number(100)), ("-0.0", .number(-0.0)),
            ("0e5", .number(0)),
            ("1e-400", .number(0)), ("5e-324", .number(.leastNonzeroMagnitude)),
            ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
            ("0.1", .number(0.1)), ("123456789012345678901234567890", .number(0x1.8ee90ff6c373ep+96)),
            ("1e23", .number(1e23)), ("9007199254740993.0", .number(9_007_199_254_740_992)),
            ("0e99999999999999999999999", .number(0)), ("1e-99999999999999999999999", .number(0)),
            (#""""#, ""), (#""a\/b""#, "a/b"), (#""\"\\\b\f\n\r\t""#, "\"\\\u{8}\u{c}\n\r\t"),
            (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\u0000""#, "\0"),
            ("\"é€😀\u{7F}\"", "é€😀\u{7F}"),
            (#""\uFFFF\u2028""#, "\u{FFFF}\u{2028}"),
            ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]), ("[1,[2,[3]],{}]", [1, [2, [3]], [:]]),
            (#"{"a":1,"b":{"c":[null]}}"#, ["a": 1, "b": ["c": [nil]]]), (#"{ "a" : 1 , "a" : 2 }"#, ["a": 2]),
            (#"{"":0}"#, ["": 0]),
        ] as [(String, JSONValue)])
    func accepted(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 3), ("[1,", .unexpectedEnd, 3),
            ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5), ("\"abc", .unexpectedEnd, 4),
            ("-", .unexpectedEnd, 1),
            ("\"\\", .unexpectedEnd, 2), ("\"\\u12", .unexpectedEnd, 5), ("[", .unexpectedEnd, 1),
            ("{", .unexpectedEnd, 1),
            ("1.", .unexpectedEnd, 2), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3),
            ("tru3", .unexpectedByte, 0), ("True", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0),
            ("Infinity", .unexpectedByte, 0), ("-Infinity", .invalidNumber, 1), ("+1", .unexpectedByte, 0),
            (".5", .unexpectedByte, 0), ("'a'", .unexpectedByte, 0), ("[1,]", .unexpectedByte, 3),
            ("[,1]", .unexpectedByte, 1),
            ("[1 2]", .unexpectedByte, 3), ("{1:2}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5),
            ("{\"a\":1,}", .unexpectedByte, 7), ("{\"a\":1 \"b\":2}", .unexpectedByte, 7), ("{,}", .unexpectedByte, 1),
            ("[1}", .unexpectedByte, 2), ("]", .unexpectedByte, 0), ("/**/1", .unexpectedByte, 0),
            ("\u{FEFF}1", .unexpectedByte, 0),
            ("\u{A0}1", .unexpectedByte, 0), ("\u{0C}1", .unexpectedByte, 0), ("\0", .unexpectedByte, 0),
            ("1 2", .trailingBytes, 2), ("{}x", .trailingBytes, 2), ("1\0", .trailingBytes, 1),
            ("[]]", .trailingBytes, 2),
            ("01", .invalidNumber, 0), ("-01", .invalidNumber, 0), ("00", .invalidNumber, 0),
            ("1.e1", .invalidNumber, 2),
            ("1ex", .invalidNumber, 2), ("0x10", .trailingBytes, 1), ("1_000", .trailingBytes, 1),
            ("--1", .invalidNumber, 1),
            ("1e999", .numberOutOfRange, 0), ("[-1e999]", .numberOutOfRange, 1),
            ("1e99999999999999999999", .numberOutOfRange, 0),
            (#""\x41""#, .invalidEscape, 1), (#""\U0041""#, .invalidEscape, 1), (#""\u00g0""#, .invalidEscape, 5),
            (#""\'""#, .invalidEscape, 1),
            (#""\ud800""#, .loneSurrogate, 1), (#""\udc00""#, .loneSurrogate, 1),
            (#""\ud800\ud800""#, .loneSurrogate, 1),
            (#""a\ud800x""#, .loneSurrogate, 2), (#""\ud800\n""#, .loneSurrogate, 1),
            ("\"a\nb\"", .controlCharacter, 2), ("\"\u{1F}\"", .controlCharacter, 1),
            ("\"\\n\0\"", .controlCharacter, 3),
        ] as [(String, JSONError.Code, Int)])
    func refused(text: String, code: JSONError.Code, offset: Int) throws {
        let error = #expect(throws: JSONError.self) { try read(text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22],
        ] as [[UInt8]])
    func invalidUTF8IsRefusedWhereItStands(bytes: [UInt8]) {
        #expect(#expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }?.code == .invalidUTF8)
        let inContext = Array("[\"é\",".utf8) + bytes + Array("]".utf8)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: inContext) }
        #expect(error?.code == .invalidUTF8)
        #expect(error?.offset == 7)
    }

    @Test func everyPrefixOfATextIsRefused() throws {
        let bytes = Array(#"{"a":[1.5e3,true,null,"x\u00e9\ud83d\ude00é"],"b":{"c":-12}}"#.utf8)
        _ = try JSONValue(parsing: bytes)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(bytes.prefix(count))) }
        }
    }

    @Test func everyChangedByteIsReadOrRefusedAndNeverTraps() {
        let bytes = Array(#"{"a":[1.5e3,true,"x\u00e9é"],"b":-12}"#.utf8)
        var refusals = 0
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = byte
                do { _ = try JSONValue(parsing: changed) } catch { refusals += 1 }
            }
        }
        #expect(refusals > bytes.count * 100)
    }

    @Test func limitsHoldExactly() throws {
        let nested = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        _ = try read(nested)
        #expect(#expect(throws: JSONError.self) { try read("[" + nested + "]") }?.code == .limitExceeded)
        #expect(
            #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 1_000_000)) }?.code
                == .limitExceeded)

        let three = JSONLimits(bytes: 100, members: 3)
        _ = try read(#"{"a":[1,2]}"#, limits: three)
        #expect(#expect(throws: JSONError.self) { try read("[1,2,3,4]", limits: three) }?.code == .limitExceeded)

        let short = JSONLimits(bytes: 8, numberLength: 5)
        _ = try read("[1,2,34]", limits: short)
        #expect(#expect(throws: JSONError.self) { try read("[1,2,345]", limits: short) }?.code == .limitExceeded)
        _ = try read("12345", limits: short)
        #expect(#expect(throws: JSONError.self) { try read("123456", limits: short) }?.code == .limitExceeded)
    }

    @Test func errorsTellLineAndColumn() {
        let bytes = Array("{\n  \"é\": 1,\n  \"ü\": nope\n}".utf8)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.text(in: bytes) == "line 3, column 8: expected 'null'")
    }

    @Test func readsWhatPythonReads() throws {
        let lines = try Fixture.lines("json/texts.txt")
        #expect(lines.count == 400)
        for index in stride(from: 0, to: lines.count, by: 2) {
            let ours = try read(lines[index])
            let theirs = try read(lines[index + 1])
            #expect(ours == theirs)
            #expect(try JSONValue(parsing: ours.bytes()).bytes() == ours.bytes())
            #expect(try JSONValue(parsing: ours.bytes(pretty: true)).bytes() == ours.bytes())
        }
    }
}
