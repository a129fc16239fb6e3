import AssayTerms
import AssayWire
import Testing

@Suite struct TrackingRequestTests {
    private func body(_ json: String) throws -> RequestFields { try RequestFields(body: Array(json.utf8)) }

    @Test(arguments: [
        "a", "A9_", "a.b-c", "a b", "a/b", "a:b", "caf\u{E9}", "\u{3B1}/\u{4E00}", "a..", "\u{BD}",
    ])
    func goodNames(_ name: String) throws { try TrackingRules.checkName(Text(name), path: "key") }

    @Test(arguments: [
        ("a$", "Names may only contain"), ("a\n", "Names may only contain"), ("a\u{301}", "Names may only contain"),
        ("a,b", "Names may only contain"), ("\u{1F600}", "Names may only contain"), ("../a", "would resolve to '../a'"),
        ("a/../b", "would resolve to 'b'"), ("a//b", "would resolve to 'a/b'"), ("/a", "would resolve to '/a'"),
        ("a/", "would resolve to 'a'"), (".", "would resolve to '.'"), ("./a", "would resolve to 'a'"),
        ("..a", "would resolve to '..a'"), ("a/..", "would resolve to '.'"),
    ])
    func badNames(_ name: String, _ words: String) {
        let error = #expect(throws: AssayError.self) { try TrackingRules.checkName(Text(name), path: "key") }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func lengthsAreCountedInCharacters() throws {
        let wide = String(repeating: "é", count: 250)
        _ = try TrackingRules.tag(KeyValue(key: Text(wide), value: ""))
        #expect(throws: AssayError.self) { try TrackingRules.tag(KeyValue(key: Text(wide + "e"), value: "")) }
        let long = try TrackingRules.tag(KeyValue(key: "k", value: Text(String(repeating: "é", count: 8_001))))
        #expect(TrackingRules.count(long.value) == 8_000)
        let param = try TrackingRules.param(KeyValue(key: "k", value: Text(String(repeating: "x", count: 6_001))))
        #expect(param.value.utf8Count == 6_000)
        #expect(throws: AssayError.self) {
            try TrackingRules.experimentTag(KeyValue(key: "k", value: Text(String(repeating: "x", count: 20_001))))
        }
    }

    @Test(arguments: [
        ("{\"key\":\"m\",\"value\":1,\"timestamp\":1}", "Missing value for required parameter 'run_id'"),
        ("{\"run_id\":\"r\",\"value\":1,\"timestamp\":1}", "Missing value for required parameter 'key'"),
        ("{\"run_id\":\"r\",\"key\":\"m\",\"timestamp\":1}", "Missing value for required parameter 'value'"),
        ("{\"run_id\":\"r\",\"key\":\"m\",\"value\":1}", "Missing value for required parameter 'timestamp'"),
        ("{\"run_id\":\"r\",\"key\":\"m\",\"value\":\"abc\",\"timestamp\":1}", "Invalid value \"abc\" for parameter 'value' supplied:  Hint: Value was of type 'str'."),
        ("{\"run_id\":\"r\",\"key\":\"m\",\"value\":1,\"timestamp\":-1}", "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' (value=1.0). Timestamp must be"),
        ("{\"run_id\":\"r\",\"key\":5,\"value\":1,\"timestamp\":1}", "Invalid value 5 for parameter 'key' supplied:  Hint: Value was of type 'int'."),
    ])
    func metricsAreRefusedInMLflowsWords(_ json: String, _ words: String) {
        let error = #expect(throws: AssayError.self) { try LogMetricRequest(body(json)) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func batchesAreCountedAndCheckedPlaceByPlace() throws {
        let metric = "{\"key\":\"m\",\"value\":1,\"timestamp\":1}"
        func batch(_ fields: String) throws -> LogBatchRequest { try LogBatchRequest(body("{\"run_id\":\"r\",\(fields)}")) }
        func list(_ element: String, _ count: Int) -> String { Array(repeating: element, count: count).joined(separator: ",") }
        #expect(try batch("\"metrics\":[\(list(metric, 1000))]").batch.metrics.count == 1000)
        let tags = (0..<101).map { "{\"key\":\"t\($0)\",\"value\":\"\"}" }.joined(separator: ",")
        for (fields, words) in [
            ("\"metrics\":[\(list(metric, 1001))]", "at most 1000 metrics. Got 1001 metrics."),
            ("\"tags\":[\(tags)]", "at most 100 tags. Got 101 tags."),
            ("\"metrics\":[\(list(metric, 1000))],\"tags\":[{\"key\":\"a\"}]", "at most 1000 metrics, params, and tags. Got 1001"),
            ("\"params\":[{\"key\":\"x\"},{\"key\":\"y\"},{\"key\":\"x\"}]", "Duplicate parameter keys have been submitted: ['x']"),
            ("\"metrics\":[{\"key\":\"x\",\"value\":2}]", "'metrics[0].timestamp'"),
            ("\"tags\":[{\"key\":\"\",\"value\":\"v\"}]", "'tags[0].key'"),
            ("\"params\":[{\"key\":\"ok\"},{\"key\":\"a$\"}]", "parameter 'params[1].key'"),
        ] {
            let error = #expect(throws: AssayError.self) { try batch(fields) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func experimentIDsAreWholeNumbers() throws {
        #expect(try TrackingRules.experimentID("0") == 0)
        for bad in ["", "abc", "1.0", "99999999999999999999", " 1"] {
            #expect(throws: AssayError.self) { try TrackingRules.experimentID(Text(bad)) }
        }
    }

    @Test func pageSizesAreBounded() throws {
        #expect(try SearchRunsRequest(body("{}")).query.limit == 1_000)
        #expect(try SearchRunsRequest(body("{\"max_results\":50000}")).query.limit == 50_000)
        for bad in ["0", "-1", "50001", "9223372036854775807"] {
            #expect(throws: AssayError.self) { try SearchRunsRequest(body("{\"max_results\":\(bad)}")) }
        }
        #expect(throws: AssayError.self) { try SearchExperimentsRequest(body("{}")) }
    }

    @Test func noExperimentsAreNoneUnlessAsked() throws {
        #expect(try SearchRunsRequest(body("{}")).experiments == [])
        #expect(try SearchRunsRequest(body("{}"), allWithoutIDs: true).experiments == nil)
        #expect(try SearchRunsRequest(body("{\"experiment_ids\":[\"3\"]}"), allWithoutIDs: true).experiments == [3])
    }
}
