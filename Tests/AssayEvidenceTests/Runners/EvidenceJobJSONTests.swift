import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms
import Testing

/// The goal: a job means the same after it went through JSON, and a damaged one is refused by the member that is wrong. The
/// method: a job with every member set and one with none, there and back through bytes; and every member removed in turn.
@Suite struct EvidenceJobJSONTests {
    static func fullJob() throws -> EvidenceJob {
        var request = EvidenceRequest(
            data: DataFile(source: .descriptor(3), name: "eval/holdout.parquet"),
            checks: [
                CheckRequest(id: "performance.accuracy"),
                CheckRequest(
                    id: "aif360.disparate_impact", column: "a=b",
                    privileged: PrivilegedRule(column: "a=b", comparison: .greaterOrEqual, value: "3")),
                CheckRequest(id: "quality.column_absent", column: "cafe\u{301}", place: .features),
            ])
        request.label = "y"
        request.prediction = "p"
        request.score = "s"
        request.classScores = [ClassColumn(name: "a", column: "pa"), ClassColumn(name: "b=c", column: "pb")]
        request.labels = ["t1", "t2"]
        request.predictions = ["q1", "q2"]
        request.curves = true
        request.cutoff = 0.1
        request.positive = "yes"
        request.weight = "w"
        request.rows = "age > 30"
        request.missingWords = ["", "?"]
        request.missingGroup = "none"
        request.schema = DataSchema(["age": .int64, "zip": .text])
        request.seed = .max
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 7, count: 32)))
        let document = """
            {"assay": "thresholds/v1", "constraint": "equalized_odds", "objective": "accuracy_score", "grid_size": 10, "flip": true,
             "tolerance": null, "form": "randomised", "label": "y", "positive": "1", "score": "p", "sensitive": "race",
             "data": {"name": "t.csv", "rows": 3, "digest": {"sha256": "\(digest.hex)"}},
             "groups": [{"group": "cafe\u{301}", "p0": 0.25, "operation0": {"operator": ">", "threshold": "Infinity"},
                         "p1": 0.75, "operation1": {"operator": "<", "threshold": 0.1}, "p_ignore": 0.5, "prediction_constant": 0.2}]}
            """
        request.thresholds = ThresholdDecisions(
            document: try ThresholdDocument(json: Array(document.utf8), name: "t"), digest: digest, key: "id")
        request.subjects = [Envelope.Subject(name: "loan/3", digest: digest)]
        request.inputs = [Envelope.Input(role: "model", name: "m", digest: digest, rows: 4)]
        return EvidenceJob(
            request: request,
            model: [
                DataFile(source: .descriptor(4), name: "MLmodel"), DataFile(source: .path("/x/y"), name: "model.skops"),
            ], computedAt: "2026-01-01T00:00:00Z")
    }

    @Test func comesBackAsItWas() throws {
        var label = EvidenceRequest(data: DataFile(path: "a.csv"), checks: [])
        label.outcome = .label
        for job in [try Self.fullJob(), EvidenceJob(request: label, computedAt: "")] {
            let bytes = EvidenceJobJSON.value(of: job).bytes()
            #expect(try EvidenceJobJSON.job(from: JSONValue(parsing: bytes)) == job)
        }
    }

    @Test(arguments: ["job", "computed_at", "data", "outcome", "cutoff", "seed", "checks", "subjects", "inputs", "schema"])
    func aMissingMemberIsNamed(member: String) throws {
        guard case .object(var object) = EvidenceJobJSON.value(of: try Self.fullJob()) else { return }
        object.removeValue(named: member)
        #expect {
            try EvidenceJobJSON.job(from: .object(object))
        } throws: { error in
            "\(error)".contains("'\(member)'")
        }
    }

    @Test func answersComeBackToo() throws {
        let table = try TemporaryTable("label,prediction\n1,1\n0,1\n")
        let envelope = try EvidenceJob(
            request: table.request([CheckRequest(id: "performance.accuracy")]), computedAt: "2026-01-01T00:00:00Z"
        ).compute()
        let read = try WorkerAnswer.envelope(from: WorkerAnswer.value(of: .success(envelope)))
        #expect(read.results == envelope.results && read.inputs == envelope.inputs)
        for code in AssayError.Code.allCases {
            #expect {
                try WorkerAnswer.envelope(from: WorkerAnswer.value(of: .failure(AssayError(code, "because"))))
            } throws: { error in
                (error as? AssayError)?.code == code && "\(error)" == "because"
            }
        }
    }
}
