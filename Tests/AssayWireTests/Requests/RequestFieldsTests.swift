import AssayTerms
import AssayWire
import Testing

@Suite struct RequestFieldsTests {
    private func body(_ json: String) throws -> RequestFields { try RequestFields(body: Array(json.utf8)) }

    @Test(arguments: [
        ("5", 5), ("\"5\"", 5), ("7.0", 7), ("1e3", 1000), ("\"7.0\"", 7), ("\"1e3\"", 1000), ("-0.0", 0), ("\"-12\"", -12), ("\"+3\"", 3),
        ("9223372036854775807", Int64.max), ("\"-9223372036854775808\"", Int64.min), ("9007199254740993", 9_007_199_254_740_993),
    ])
    func integers(_ written: String, _ value: Int64) throws {
        #expect(try body("{\"step\": \(written)}").integer("step") == value)
    }

    @Test(arguments: [
        "1.5", "\"7.5\"", "\"1e19\"", "\"\"", "\" 5\"", "true", "[]", "{}", "\"abc\"", "9223372036854775808", "-9223372036854775809", "\"-9223372036854775809\"", "1e19",
        "\"9223372036854775808\"", "\"0x1\"",
    ])
    func whatIsNoIntegerNamesTheField(_ written: String) throws {
        let fields = try body("{\"step\": \(written)}")
        let error = #expect(throws: AssayError.self) { try fields.integer("step") }
        #expect(error?.message.contains("'step'") == true)
    }

    @Test(arguments: [
        ("1", 1.0), ("\"1.5\"", 1.5), ("-1e-3", -0.001), ("\"Infinity\"", .infinity), ("\"-Infinity\"", -.infinity), ("true", 1),
        ("\"inf\"", .infinity), ("\"-INF\"", -.infinity),
    ])
    func numbers(_ written: String, _ value: Double) throws {
        #expect(try body("{\"value\": \(written)}").number("value") == value)
    }

    @Test func notANumberIsWrittenInQuotes() throws {
        #expect(try body("{\"value\": \"NaN\"}").number("value")?.isNaN == true)
        for bad in ["\"nan\"", "\"0x1p3\"", "\"\"", "\"1,5\"", "[1]"] {
            let fields = try body("{\"value\": \(bad)}")
            #expect(throws: AssayError.self) { try fields.number("value") }
        }
    }

    @Test(arguments: [
        ("{\"key\": \"m\", \"value\": NaN}", "'value'"),
        ("{\"metrics\": [{\"key\": \"a\"}, {\"key\": \"b\", \"value\": Infinity}]}", "'metrics[1].value'"),
        ("{\"a\": {\"b\\\"c\": [1, 2, nul]}}", "'a.b\\\"c[2]'"),
        ("{\"run_id\": \"x\", ", "the body"),
        ("{\"run_id\": \"x", "'run_id'"),
        ("{\"a\": 1} trailing", "the body"),
        ("\u{FEFF}{}", "the body"),
    ])
    func halfAJSONTextNamesTheFirstBadField(_ text: String, _ place: String) {
        let error = #expect(throws: AssayError.self) { try body(text) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("In \(place):") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["[]", "5", "true", "\"[]\"", "\"\\\"{}\\\"\""])
    func onlyObjectsAreRequests(_ text: String) {
        #expect(throws: AssayError.self) { try body(text) }
    }

    @Test func nothingNullAndQuotedObjectsAreAccepted() throws {
        #expect(try RequestFields(body: []).text("a") == nil)
        #expect(try body("null").text("a") == nil)
        #expect(try body("{\"a\": null}").text("a") == nil)
        #expect(try body("\"{\\\"a\\\": \\\"b\\\"}\"").text("a") == "b")
    }

    @Test func theLastOfEqualNamesWins() throws {
        #expect(try body("{\"a\": \"1\", \"a\": \"2\"}").text("a") == "2")
    }

    @Test func fieldsAreReadInCamelCaseToo() throws {
        #expect(try body("{\"runId\": \"x\"}").runID() == "x")
        #expect(throws: AssayError.self) { try body("{\"runId\": \"x\", \"run_id\": \"y\"}").runID() }
        #expect(try body("{\"run_uuid\": \"x\"}").runID() == "x")
        #expect(throws: AssayError.self) { try body("{\"run_id\": \"\"}").runID() }
        #expect(throws: AssayError.self) { try body("{\"run_id\": \"\", \"run_uuid\": \"x\"}").runID() }
        #expect(try body("{\"run_uuid\": \"x\"}").runID(orUUID: false) == "")
    }

    @Test func aZeroCharacterIsRefused() throws {
        let fields = try body("{\"a\": \"x\\u0000y\", \"tags\": [{\"key\": \"k\", \"value\": \"\\u0000\"}]}")
        #expect(throws: AssayError.self) { try fields.text("a") }
        let error = #expect(throws: AssayError.self) { try fields.pairs("tags") }
        #expect(error?.message.contains("'tags[0].value'") == true)
    }

    @Test func nestedFieldsKnowTheirPlace() throws {
        let error = #expect(throws: AssayError.self) { try body("{\"tags\": [{\"key\": \"a\"}, {\"key\": 5}]}").pairs("tags") }
        #expect(error?.message.contains("Invalid value 5 for parameter 'tags[1].key'") == true)
        #expect(throws: AssayError.self) { try body("{\"tags\": {}}").pairs("tags") }
        #expect(throws: AssayError.self) { try body("{\"tags\": [5]}").pairs("tags") }
    }

    @Test func queriesRepeatFields() throws {
        let fields = RequestFields(query: [("run_ids", "a"), ("run_ids", "b"), ("max_results", "3"), ("flag", "TRUE")])
        #expect(try fields.texts("run_ids") == ["a", "b"])
        #expect(try fields.integer("max_results") == 3)
        #expect(try fields.bool("flag") == true)
        #expect(throws: AssayError.self) { try RequestFields(query: [("flag", "yes")]).bool("flag") }
    }
}
