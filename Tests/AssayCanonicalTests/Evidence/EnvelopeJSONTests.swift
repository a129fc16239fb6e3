import AssayJSON
import AssayTerms
import Testing

@testable import AssayCanonical

/// The statement's text is compared as a whole: clients and auditors read it.
@Suite struct EnvelopeJSONTests {
    static let descriptor = CheckDescriptor(
        id: "fairness.demographic_parity_difference", convention: .fairlearn, direction: .lowerIsBetter, kind: .counted,
        needs: [.prediction, .sensitive], sentence: "", source: "")

    static let envelope = Envelope(
        subjects: [Envelope.Subject(name: "loan-approval/3", digest: SHA256Hasher.digest(of: [1]))],
        engineVersion: "0.1.0", computedAt: "2026-01-02T03:04:05Z", provenance: .recomputed,
        inputs: [
            Envelope.Input(role: "data", name: "loans-holdout", digest: SHA256Hasher.digest(of: [2]), rows: 1989)
        ],
        parameters: ["sensitive": .list([.text("race")]), "label": .text("approve"), "bins": .integer(10)],
        results: [
            CheckResult(
                descriptor: descriptor, column: "race", value: 0.2333,
                interval: Interval(low: 0.16, high: 0.31, level: 0.95, method: "simultaneous-score"),
                groups: [
                    CheckResult.Group(group: "black", count: 197, value: 0.6751),
                    CheckResult.Group(group: "white", count: 1681, value: 0.9084),
                ], rows: 1878),
            CheckResult(
                descriptor: descriptor, column: "sex", value: nil, rows: 0,
                excluded: CheckResult.Excluded(missingGroup: 3), undefined: "fewer than two groups have rows"),
        ])

    @Test func statementIsWrittenAsDocumented() {
        let one = SHA256Hasher.digest(of: [1]).hex
        let two = SHA256Hasher.digest(of: [2]).hex
        let expected =
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"loan-approval/3","digest":{"sha256":""#
            + one + #""}}],"predicateType":"urn:assay:evidence:v1","predicate":{"#
            + #""engine":{"name":"assay","version":"0.1.0"},"computed_at":"2026-01-02T03:04:05Z","#
            + #""provenance":"recomputed","inputs":[{"role":"data","name":"loans-holdout","digest":{"sha256":""#
            + two + #""},"rows":1989}],"parameters":{"bins":10,"label":"approve","sensitive":["race"]},"results":["#
            + #"{"id":"fairness.demographic_parity_difference","definition":1,"column":"race","value":0.2333,"#
            + #""interval":{"low":0.16,"high":0.31,"level":0.95,"method":"simultaneous-score","seed":0},"#
            + #""convention":"fairlearn","direction":"lower-is-better","kind":"counted","groups":["#
            + #"{"group":"black","count":197,"value":0.6751},{"group":"white","count":1681,"value":0.9084}],"#
            + #""rows":1878,"#
            + #""excluded":{"missing_group":0,"missing_label":0,"missing_prediction":0},"undefined":null},"#
            + #"{"id":"fairness.demographic_parity_difference","definition":1,"column":"sex","value":null,"#
            + #""interval":null,"convention":"fairlearn","direction":"lower-is-better","kind":"counted","groups":[],"#
            + #""rows":0,"excluded":{"missing_group":3,"missing_label":0,"missing_prediction":0},"#
            + #""undefined":"fewer than two groups have rows"}]}}"#
        #expect(String(decoding: EnvelopeJSON.statement(of: Self.envelope).bytes(), as: UTF8.self) == expected)
    }

    @Test func readBackItIsTheSame() throws {
        let statement = EnvelopeJSON.statement(of: Self.envelope)
        let read = try EnvelopeJSON.envelope(from: JSONValue(parsing: statement.bytes()))
        #expect(read.results == Self.envelope.results)
        #expect(read.subjects == Self.envelope.subjects)
        #expect(read.inputs == Self.envelope.inputs)
        #expect(read.parameters == Self.envelope.parameters)
        #expect(EnvelopeJSON.statement(of: read) == statement)
    }

    @Test func scorerAndBuildAreReadBack() throws {
        var envelope = Self.envelope
        envelope.scorer = ScorerOrigin(
            loader: "mlflow.pyfunc", python: "3.13.1", libraries: ["numpy": "2.4.6", "a": "1"], confinement: ["landlock", "seccomp"])
        envelope.build = try BuildOrigin(
            repository: "bank/loans", commit: Text(String(repeating: "0f", count: 20)),
            image: Text("r.example/ci@sha256:" + String(repeating: "ab", count: 32)), run: "7")
        let read = try EnvelopeJSON.envelope(from: EnvelopeJSON.statement(of: envelope))
        #expect(read.scorer == envelope.scorer)
        #expect(read.build == envelope.build)
    }

    /// What binds nothing is no commit and no image.
    @Test(arguments: [
        ("0123abc", nil), (String(repeating: "A", count: 40), nil), (String(repeating: "g", count: 40), nil), (nil, "ci:latest"),
        (nil, "ci@sha256:abc"), (nil, "@sha256:" + String(repeating: "a", count: 64)), (nil, "ci@sha512:" + String(repeating: "a", count: 64)),
    ] as [(String?, String?)])
    func aBuildIsNamedWhole(_ commit: String?, _ image: String?) {
        #expect(throws: AssayError.self) { try BuildOrigin(commit: commit.map { Text($0) }, image: image.map { Text($0) }) }
    }

    @Test func commandLineRepeatsResultsAtTheTop() {
        let value = EnvelopeJSON.commandLineValue(of: Self.envelope, rows: [["prediction": 1]])
        #expect(value["results"] == value["predicate"]?["results"])
        #expect(value["rows"]?.array?.count == 1)
        #expect(EnvelopeJSON.commandLineValue(of: Self.envelope)["rows"] == nil)
    }

    @Test func whatIsNotFiniteIsUndefined() {
        var result = Self.envelope.results[0]
        result.value = .nan
        let value = EnvelopeJSON.result(result)
        #expect(value["value"] == .null)
        #expect(value["undefined"] == "the value is not a finite number")
    }

    @Test func largeSeedsKeepTheirDigits() throws {
        for seed: UInt64 in [0, 1 << 53 - 1, 1 << 53, .max] {
            var result = Self.envelope.results[0]
            result.interval?.seed = seed
            let read = try EnvelopeJSON.result(from: JSONValue(parsing: EnvelopeJSON.result(result).bytes()))
            #expect(read.interval?.seed == seed)
        }
    }

    @Test func everyMissingMemberIsNamedOrOptional() throws {
        let statement = EnvelopeJSON.statement(of: Self.envelope)
        for name in ["_type", "subject", "predicateType", "predicate"] {
            guard case .object(var object) = statement else { return }
            object[name] = nil
            #expect(throws: AssayError.self) { try EnvelopeJSON.envelope(from: .object(object)) }
        }
        for name in ["engine", "computed_at", "provenance", "inputs", "parameters", "results"] {
            guard case .object(var object) = statement, case .object(var predicate)? = object["predicate"] else {
                return
            }
            predicate[name] = nil
            object["predicate"] = .object(predicate)
            let error = #expect(throws: AssayError.self) { try EnvelopeJSON.envelope(from: .object(object)) }
            #expect(error?.message.contains("statement.predicate.\(name)") == true)
        }
        let bad: JSONValue = ["id": "x", "definition": -1]
        #expect(throws: AssayError.self) { try EnvelopeJSON.result(from: bad) }
    }
}
