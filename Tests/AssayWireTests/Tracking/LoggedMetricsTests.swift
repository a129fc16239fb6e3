import AssayTerms
import Testing

@testable import AssayWire

/// The two ways to read what is logged make the same of every body: random ones in the form of clients, and the same damaged.
@Suite struct LoggedMetricsTests {
    private static let texts = [
        #""loss""#, #""a b""#, #""é""#, #""a\"b""#, #""\u00e9/\ud83d\ude00""#, #""""#, #""\u0000""#, #""../x""#, "5", "null", #""NaN""#,
    ]
    private static let numbers = [
        "0", "-0", "-0.0", "1", "0.1", "2.5e-3", "1E5", "1e400", "12345678901234567890", "0.30000000000000004", "9007199254740993",
        "01", "1.", "-", "true", #""NaN""#, #""Infinity""#, #""1.5""#, "null", "[]", "4.9e-324", "1e-400",
    ]
    private static let integers = ["0", "7", "-3", "1700000000000", "9223372036854775807", "9223372036854775808", "1.0", "1e3", #""5""#, "null", "false"]

    /// What both ways make of a body: the values, or the words of the refusal.
    private static func outcome(_ read: () throws(AssayError) -> (Text, RunBatch)) -> String {
        do {
            let (runID, batch) = try read()
            return "\(runID) \(batch)"
        } catch {
            return "\(error.code): \(error.message)"
        }
    }

    private static func isSame(_ body: String) -> Bool {
        let bytes = Array(body.utf8)
        let batch = outcome { () throws(AssayError) in
            let request = try LogBatchRequest(body: bytes)
            return (request.runID, request.batch)
        }
        let batchOfFields = outcome { () throws(AssayError) in
            let request = try LogBatchRequest(RequestFields(body: bytes))
            return (request.runID, request.batch)
        }
        let single = outcome { () throws(AssayError) in
            let request = try LogMetricRequest(body: bytes)
            return (request.runID, RunBatch(metrics: [request.point]))
        }
        let singleOfFields = outcome { () throws(AssayError) in
            let request = try LogMetricRequest(RequestFields(body: bytes))
            return (request.runID, RunBatch(metrics: [request.point]))
        }
        return batch == batchOfFields && single == singleOfFields
    }

    @Test func usualBodiesAreReadQuickly() throws {
        let batch = try #require(
            LoggedMetrics.batch(
                Array(
                    """
                    { "run_id" : "r1", "metrics": [{"key": "loss", "value": 0.25, "timestamp": 1700000000000, "step": 3},
                    {"step":4,"timestamp":5,"value":-2,"key":"loss"}, {"key":"x","value":1e-3,"timestamp":0}] ,
                    "params": [{"key": "p", "value": ""}], "tags": [ ] }\n
                    """.utf8)))
        #expect(
            batch.runID == "r1" && batch.tags.isEmpty && batch.params == [KeyValue(key: "p", value: "")]
                && batch.metrics == [
                    MetricPoint(key: "loss", value: 0.25, timestamp: 1_700_000_000_000, step: 3),
                    MetricPoint(key: "loss", value: -2, timestamp: 5, step: 4),
                    MetricPoint(key: "x", value: 0.001, timestamp: 0, step: 0),
                ])
        let single = try #require(
            LoggedMetrics.single(Array(#"{"run_id":"r","key":"loss","value":0.25,"timestamp":17,"step":9}"#.utf8)))
        #expect(single.runID == "r" && single.point == MetricPoint(key: "loss", value: 0.25, timestamp: 17, step: 9))
    }

    @Test func bothWaysAgree() {
        var random = Draw(seed: 3)
        var taken = 0
        for _ in 0..<4_000 {
            let body = random.body()
            if LoggedMetrics.batch(Array(body.utf8)) != nil || LoggedMetrics.single(Array(body.utf8)) != nil { taken += 1 }
            #expect(Self.isSame(body), "\(body)")
            #expect(Self.isSame(random.damaged(body)), "\(body)")
        }
        #expect((400...3_600).contains(taken), "both kinds of bodies: \(taken) of 4000 were read quickly")
    }

    /// Bodies, mostly well-formed, by a fixed sequence.
    private struct Draw {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }

        /// One of the first two, as clients write them, but for one in ten.
        mutating func pick(_ values: [String]) -> String { below(10) == 0 ? values[below(values.count)] : values[below(2)] }

        mutating func members(_ pairs: [(String, String)]) -> String {
            var pairs = pairs
            if below(20) == 0 { pairs.remove(at: below(pairs.count)) }
            if below(20) == 0 { pairs.append(pairs.isEmpty ? ("x", "1") : pairs[below(pairs.count)]) }
            if below(30) == 0 { pairs.append((["runId", "model_id", "run_uuid", "Key"][below(4)], #""z""#)) }
            if below(4) == 0, pairs.count > 1 { pairs.swapAt(0, below(pairs.count)) }
            let space = ["", " ", "\n\t"][below(3)]
            return "{" + pairs.map { "\(space)\"\($0.0)\"\(space):\(space)\($0.1)" }.joined(separator: ",") + "\(space)}"
        }

        mutating func metric(_ others: [(String, String)] = []) -> String {
            members(
                others + [
                    ("key", pick(LoggedMetricsTests.texts)), ("value", pick(LoggedMetricsTests.numbers)),
                    ("timestamp", pick(LoggedMetricsTests.integers)), ("step", pick(LoggedMetricsTests.integers)),
                ])
        }

        mutating func pair() -> String {
            members([("key", "\"k\(below(50))\""), ("value", pick(LoggedMetricsTests.texts))])
        }

        mutating func list(_ element: (inout Draw) -> String) -> String {
            "[" + (0..<below(3)).map { _ in element(&self) }.joined(separator: ",") + "]"
        }

        mutating func body() -> String {
            let run = ("run_id", below(20) == 0 ? pick(LoggedMetricsTests.texts) : #""0123456789abcdef0123456789abcdef""#)
            if below(3) == 0 { return metric([run]) }
            return members([run, ("metrics", list { $0.metric() }), ("params", list { $0.pair() }), ("tags", list { $0.pair() })])
        }

        /// The body with one byte lost, doubled or changed.
        mutating func damaged(_ body: String) -> String {
            var bytes = Array(body.utf8)
            let place = below(bytes.count)
            switch below(3) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(bytes[place], at: place)
            default: bytes[place] = Array(#"{}[],:"0\ e-"#.utf8)[below(12)]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
