import AssayCanonical
package import AssayJSON
import AssayStore
package import AssayTerms

/// What is known of a version as in-toto statements in DSSE envelopes, for tools that know in-toto and nothing of ours.
extension Governance {
    package static let testResultType = "https://in-toto.io/attestation/test-result/v0.1"
    package static let verificationResultType = "https://in-toto.io/attestation/svr/v0.2"

    /// Evidence as it was signed; of every decision a test result for each policy, and of every place the version was let
    /// into a simple verification result. Decisions are signed by this server's evidence key when they are asked for; the same
    /// decision gives the same bytes.
    ///
    /// - Throws: `notFound` for an unknown version; `conflict` for one that is not frozen, which has no digest to speak of, and where the
    ///   tables or the list of its files are not what the log says.
    package func statements(model: Text, version number: Int) async throws -> [JSONValue] {
        let found = try await store.read { tx in
            let version = try self.version(tx, model: model, number: number)
            guard let manifest = version.frozenManifest else {
                throw AssayError(.conflict, "\(version.title) is not frozen, so no statement can name its files.")
            }
            try self.useCases.requireRecorded(modelID: version.modelID, name: model, tx)
            let files = version.files.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) }
            try UseCases.requireFiles(files, manifest, version.title, "no statement is signed")
            let evaluators = try Self.present(tx.evaluators())
            let evidence = try tx.evidence(subject: manifest).filter { self.read($0, evaluators: evaluators) != nil }
            let open = try tx.requests(state: .open, model: version.model, limit: 1_000)
                .filter { $0.version == version.version && $0.manifest == manifest }
            let placements = try tx.placements(versionID: version.id).filter { $0.manifest == manifest }
            return (version.title, manifest, evidence, open, placements)
        }
        let (title, manifest, evidence, open, placements) = found
        let subject: JSONValue = [["name": .string(title.string), "digest": ["sha256": .string(manifest.hex)]]]
        var statements = evidence.compactMap { try? JSONValue(parsing: $0.envelope) }
        for placement in placements {
            let decision = KeptDecision(
                target: placement.target, detail: placement.detail, milliseconds: placement.placedMilliseconds)
            statements += try decision.testResults.map { try signed(subject, Self.testResultType, $0) }
            if let result = decision.verificationResult(verifier: "urn:assay:gate:v1:\(logOrigin)") {
                statements.append(try signed(subject, Self.verificationResultType, result))
            }
        }
        for request in open {
            let decision = KeptDecision(target: request.target, detail: request.detail, milliseconds: request.updatedMilliseconds)
            statements += try decision.testResults.map { try signed(subject, Self.testResultType, $0) }
        }
        return statements
    }

    private func signed(_ subject: JSONValue, _ type: String, _ predicate: JSONValue) throws -> JSONValue {
        let statement: JSONValue = [
            "_type": .string(EnvelopeJSON.statementType), "subject": subject, "predicateType": .string(type),
            "predicate": predicate,
        ]
        return try DSSEEnvelope(signing: statement.canonicalBytes(), with: evidenceKey).json
    }
}

/// A decision as it was kept, in the words of in-toto's predicates.
private struct KeptDecision {
    let target: Text
    private let decision: String
    private let policies: [JSONValue]
    private let time: String

    init(target: Text, detail: [UInt8], milliseconds: Int64) {
        let value = try? JSONValue(parsing: detail)
        self.target = target
        decision = value?["decision"]?.string ?? ""
        policies = value?["policies"]?.array ?? []
        time = Governance.time(milliseconds)
    }

    /// One for each policy: its requirements are the tests. A waived one passed with a warning; an incomplete one failed.
    var testResults: [JSONValue] {
        policies.map { policy in
            let reasons = policy["reasons"]?.array ?? []
            func tests(_ decisions: [String]) -> JSONValue {
                .array(reasons.filter { decisions.contains($0["decision"]?.string ?? "") }.map { .string(Self.name(of: $0)) })
            }
            let result =
                switch policy["decision"]?.string {
                case "pass": "PASSED"
                case "waived": "WARNED"
                default: "FAILED"
                }
            return [
                "result": .string(result), "configuration": .array([Self.descriptor(of: policy)] + Self.data(of: reasons)),
                "passedTests": tests(["pass"]), "warnedTests": tests(["waived"]), "failedTests": tests(["fail", "incomplete"]),
            ]
        }
    }

    /// `nil` where no policy had a say, or one said no: then nothing was verified.
    func verificationResult(verifier: String) -> JSONValue? {
        guard !policies.isEmpty, ["pass", "waived"].contains(decision) else { return nil }
        let met = policies.flatMap { policy in
            ["ASSAY_POLICY_MET:" + Self.title(policy)]
                + (policy["reasons"]?.array ?? []).filter { $0["decision"]?.string == "pass" }.map { "ASSAY_REQUIREMENT_MET:" + Self.name(of: $0) }
        }
        let properties = ["ASSAY_DECISION:" + decision, "ASSAY_TARGET:" + target.string] + met
        return [
            "verifier": ["id": .string(verifier), "policies": .array(policies.map(Self.descriptor))],
            "timeCreated": .string(time), "properties": .array(properties.map { .string($0) }),
        ]
    }

    /// `fairness.demographic_parity_difference race max 0.1`.
    private static func name(of reason: JSONValue) -> String {
        ["requirement", "column", "limit"].compactMap { reason[$0]?.string }.joined(separator: " ")
    }

    private static func title(_ policy: JSONValue) -> String {
        ["name", "version"].compactMap { policy[$0]?.string }.joined(separator: " ")
    }

    private static func descriptor(of policy: JSONValue) -> JSONValue {
        ["name": .string(title(policy)), "digest": ["sha256": policy["digest"] ?? ""]]
    }

    /// The rows that were judged, each data set once.
    private static func data(of reasons: [JSONValue]) -> [JSONValue] {
        var seen: [JSONValue] = []
        for data in reasons.compactMap({ $0["data"] }) where !seen.contains(data) { seen.append(data) }
        return seen
    }
}
