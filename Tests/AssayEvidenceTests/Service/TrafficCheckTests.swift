import AssayColumns
import AssayData
import AssayEvidence
import AssayMetrics
import AssayTerms
import Testing

/// Goal: requests are counted once, failures among them; an order of attributions is compared; scores are calibrated as the profile says.
/// Method: tables of few rows with numbers known beforehand.
@Suite struct TrafficCheckTests {
    private static func block(_ columns: [(Text, Column.Values)]) -> RowBlock {
        let columns = columns.map { Column(name: $0.0, values: $0.1) }
        return RowBlock(rowCount: columns.first?.count ?? 0, columns: columns)
    }

    private static func result(
        _ id: String, _ blocks: [RowBlock], options: [Text: Text] = [:], seconds: Double? = nil, reference: DriftProfile? = nil,
        prepare: (inout EvidenceRequest) -> Void = { _ in }
    ) throws -> CheckResult {
        var request = EvidenceRequest(
            data: DataFile(source: .path(""), name: "rows"), checks: [CheckRequest(id: id, options: options)])
        request.windowSeconds = seconds
        prepare(&request)
        return try #require(EvidenceEngine.results(of: request, blocks: blocks, reference: reference).first)
    }

    /// Four requests: one of three rows, two of one, and one that failed, over two blocks.
    private static let requests = [
        block([
            ("@id.high", .int64([1, 1, 1])), ("@id.low", .int64([7, 7, 7])), ("@time", .timestamp([0, 0, 0])),
            ("@seconds", .double([0.1, 0.1, 0.1])), ("@status", .int64([200, 200, 200])),
        ]),
        block([
            ("@id.high", .int64([1, 2, 3, 3])), ("@id.low", .int64([7, 7, 7, 8])), ("@time", .timestamp([0, 1_000_000, 2_000_000, 4_000_000])),
            ("@seconds", .double([0.1, 0.2, 0.4, 1])), ("@status", .int64([200, 200, 200, 503])),
        ]),
    ]

    @Test func requestsAreCountedAndNotRows() throws {
        let errors = try Self.result("service.errors", Self.requests)
        #expect(errors.value == 0.25 && errors.rows == 4 && errors.interval != nil)
        #expect(try Self.result("service.slow", Self.requests, options: ["seconds": "0.2"]).value == 0.5)
        #expect(try Self.result("service.rate", Self.requests).value == 1)
        #expect(try Self.result("service.rate", Self.requests, seconds: 3_600).value == 4.0 / 3_600)
        #expect(try Self.result("service.rate", [], seconds: 60).value == 0)
    }

    /// numpy.quantile([0.1, 0.2, 0.4, 1.0], q)
    @Test(arguments: [("0", 0.1), ("0.5", 0.30000000000000004), ("0.9", 0.82), ("1", 1)])
    func latenciesAreNumpysQuantiles(_ share: Text, _ value: Double) throws {
        let result = try Self.result("service.latency", Self.requests, options: ["quantile": share])
        #expect(abs((result.value ?? .nan) - value) < 1e-15)
    }

    @Test func whatIsNotRecordedIsSaid() throws {
        let bare = Self.block([("a", .int64([1]))])
        #expect { try Self.result("service.latency", [bare]) } throws: { "\($0)".contains("@seconds") }
        #expect { try Self.result("service.slow", Self.requests) } throws: { "\($0)".contains("seconds") }
        #expect(try Self.result("service.rate", [Self.block([("@time", .timestamp([5]))])]).undefined?.contains("one moment") == true)
    }

    private static func profile(_ attributions: [(Text, Double)]) -> DriftProfile {
        var profile = DriftProfile(columns: [], rowCount: 1, digests: [])
        profile.attributions = attributions.map { .init(name: $0.0, share: $0.1) }
        return profile
    }

    @Test func attributionsAreComparedByTheirOrder() throws {
        let reference = Self.profile([("a", 0.6), ("b", 0.3), ("c", 0.1)])
        func value(_ a: [Double], _ b: [Double], _ c: [Double]) throws -> Double? {
            try Self.result(
                "drift.attribution", [Self.block([("@shap:a", .double(a)), ("@shap:b", .double(b)), ("@shap:c", .double(c))])], reference: reference
            ).value
        }
        #expect(try value([-3, 3], [1, -1], [0.5, 0]) == 1)
        // scikit-learn 1.9: ndcg_score([[0.6, 0.3, 0.1]], [[1, 2, 3]])
        let turned = try #require(try value([1, 1], [2, 2], [3, 3]))
        #expect(abs(turned - 0.7021249) < 1e-6, "\(turned)")
        #expect(try Self.result("drift.attribution", Self.requests, reference: reference).undefined?.contains("no row has an attribution") == true)
        #expect(try Self.result("drift.attribution", Self.requests, reference: Self.profile([])).undefined?.contains("--add-to-profile") == true)
    }

    @Test func scoresMeanWhatTheProfileSays() throws {
        let rows = Self.block([("s", .double([0.9, 0.9, 0.2, 0.2])), ("p", .int64([1, 1, 0, 0]))])
        func estimate(_ reference: DriftProfile?, _ options: [Text: Text] = [:]) throws -> CheckResult {
            try Self.result("estimated.accuracy", [rows], options: options, reference: reference) { request in
                request.score = "s"
                request.prediction = "p"
            }
        }
        #expect(abs(try #require(try estimate(nil).value) - 0.85) < 1e-15)
        let source = """
            {"assay":"drift-profile/v1","rows":4,"sources":[],"columns":[{"name":"s","type":"int64","rows":0,"missing":0,"infinite":0,"values":[],"counts":[]}],
            "calibration":{"positive":"1","rows":4,"needed":true,"scores":[0.2,0.9],"probabilities":[0.5,0.7]}}
            """
        let profile = try DriftProfileJSON.profile(from: Array(source.utf8), name: "p")
        let calibrated = try estimate(profile)
        #expect(abs(try #require(calibrated.value) - 0.6) < 1e-15 && calibrated.interval != nil)
        #expect(abs(try #require(try estimate(profile, ["calibration": "never"]).value) - 0.85) < 1e-15)
        #expect(try DriftProfileJSON.profile(from: DriftProfileJSON.bytes(of: profile), name: "p").calibration?.map.probabilities == [0.5, 0.7])
        for wrong in [("[0.2,0.9]", "[0.9,0.2]"), ("[0.5,0.7]", "[0.7,0.5]"), ("[0.5,0.7]", "[0.5,1.7]"), ("\"rows\":4,\"needed\"", "\"rows\":0,\"needed\"")] {
            #expect(throws: AssayError.self) {
                try DriftProfileJSON.profile(from: Array(source.replacing(wrong.0, with: wrong.1).utf8), name: "p")
            }
        }
        let outside = Self.block([("s", .double([1.5])), ("p", .int64([1]))])
        let result = try Self.result("estimated.f1", [outside]) { request in
            request.score = "s"
            request.prediction = "p"
        }
        #expect(result.value == nil && result.undefined?.contains("outside 0 to 1") == true)
    }
}
