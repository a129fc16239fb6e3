import AssayPolicy
import AssayTerms

/// The catalogue, texts and facts that the tests of this room share.
enum Fixtures {
    static let catalogue = Catalogue([
        descriptor("performance.accuracy", .higherIsBetter, [.label, .prediction], 0, 1),
        descriptor("performance.roc_auc", .higherIsBetter, [.label, .score], 0, 1),
        descriptor("performance.log_loss", .lowerIsBetter, [.label, .score], 0, nil),
        descriptor("fairness.demographic_parity_difference", .lowerIsBetter, [.prediction, .sensitive], 0, 1),
        descriptor("fairness.demographic_parity_ratio", .higherIsBetter, [.prediction, .sensitive], 0, 1),
        descriptor("aif360.disparate_impact", .oneIsParity, [.prediction, .sensitive, .privileged], 0, nil),
        descriptor("fairness.equal_opportunity_difference", .lowerIsBetter, [.label, .prediction, .sensitive], 0, 1),
        descriptor("fairness.true_positive_rate", .higherIsBetter, [.label, .prediction, .sensitive], 0, 1),
        descriptor("quality.column_absent", .higherIsBetter, [.column, .columnNames], 0, 1, implied: .atLeastOne),
        consent, descriptor("drift.dataset", .lowerIsBetter, [.reference], 0, 1),
        descriptor(
            "aif360.statistical_parity_difference", .zeroIsParity, [.prediction, .sensitive, .privileged], -1, 1),
    ])

    /// A check with an option, whose limit may be left out.
    static let consent = CheckDescriptor(
        id: "privacy.consent", convention: .assay, direction: .higherIsBetter, kind: .counted, needs: [.column],
        options: [CheckOption("value", .text, standard: "true"), CheckOption("level", .number(least: 0, greatest: 9), standard: "3")],
        impliedLimit: .atLeastOne, sentence: "The share of rows with consent.", source: "", least: 0, greatest: 1)

    static func descriptor(
        _ id: String, _ direction: CheckDescriptor.Direction, _ needs: [CheckDescriptor.Need], _ least: Int?,
        _ greatest: Int?, definition: Int = 1, implied: CheckDescriptor.ImpliedLimit? = nil
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: id, definition: definition, convention: .fairlearn, direction: direction, kind: .counted, needs: needs,
            impliedLimit: implied, sentence: "What \(id) says.", source: "", least: least, greatest: greatest,
            hasSlices: id.hasPrefix("performance."))
    }

    static let parity = "fairness.demographic_parity_difference"

    static func read(_ text: String, catalogue: Catalogue? = catalogue) throws(PolicyProblems) -> Policy {
        try PolicyReader.read(Array(text.utf8), catalogue: catalogue)
    }

    /// A policy of one check.
    static func policy(check: String, data: String = "{label: approve}", extra: String = "") throws -> Policy {
        try read(
            """
            assay: policy/v1
            name: p
            version: 1
            data: \(data)
            checks:
              - \(check)
            separation-of-duties: false
            \(extra)
            """)
    }

    static func problems(_ text: String, catalogue: Catalogue? = catalogue) -> [String] {
        do {
            _ = try read(text, catalogue: catalogue)
            return []
        } catch {
            return error.lines(file: "p.yaml").map { String($0.dropFirst("p.yaml:".count)) }
        }
    }

    static func digest(_ byte: UInt8) -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: [UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are a digest")
        }
        return digest
    }

    static let manifest = digest(0xAA)
    static let rows = digest(0xDD)

    static func groups(_ groups: [(Text, Int, Double?)]) -> [CheckResult.Group] {
        groups.map { CheckResult.Group(group: $0.0, count: $0.1, value: $0.2) }
    }

    static let twoGroups = groups([("a", 500, 0.5), ("b", 500, 0.5)])

    static func result(
        _ id: String, value: Double?, interval: (Double, Double)? = nil, column: Text? = nil, privileged: String? = nil,
        groups: [CheckResult.Group] = [], rows: Int = 1_000, undefined: String? = nil, definition: Int? = nil
    ) -> CheckResult {
        guard let descriptor = catalogue[id] else { preconditionFailure("the test's catalogue has no \(id)") }
        var result = CheckResult(
            descriptor: descriptor, column: column, privileged: privileged, value: value,
            interval: interval.map { Interval(low: $0.0, high: $0.1, level: 0.95, method: "test") }, groups: groups,
            rows: rows, undefined: undefined)
        if let definition { result.definition = definition }
        return result
    }

    static func evidence(
        _ results: [CheckResult], claim: UInt8 = 1, provenance: Provenance = .recomputed,
        subject: SHA256Digest = manifest, dataset: Text = "eval/holdout.parquet", rows: SHA256Digest = rows,
        parameters: [Text: Envelope.Parameter] = ["label": .text("approve")]
    ) -> GateFacts.Evidence {
        GateFacts.Evidence(
            claim: digest(claim),
            envelope: Envelope(
                subjects: [.init(name: "loan-approval/3", digest: subject)], engineVersion: "0.1.0",
                computedAt: "2026-01-01T00:00:00Z", provenance: provenance,
                inputs: [.init(role: "data", name: dataset, digest: rows, rows: 1_000)], parameters: parameters,
                results: results))
    }

    static func facts(
        evidence: [GateFacts.Evidence] = [], target: GateTarget = .stage("Production"),
        manifest: GateFacts.Manifest = .frozen(manifest), baseline: GateFacts.Baseline? = nil
    ) -> GateFacts {
        GateFacts(
            logOrigin: "assay/0123", request: "r1", target: target, model: "loan-approval", version: "3",
            manifest: manifest, authors: ["author"], evidence: evidence, baseline: baseline,
            roleHolders: ["validator": ["vera", "victor"], "compliance": ["carl", "vera"]], now: 1_000_000)
    }

    static func gate(_ policies: [Policy], requiresPolicy: Bool = false) -> Gate {
        Gate(published: policies, settings: .shipped(requiresPolicy: requiresPolicy), catalogue: catalogue)
    }

    /// The reason of the one check of a one-check policy.
    static func reason(check: String, _ results: [CheckResult], baseline: GateFacts.Baseline? = nil) throws
        -> GateReason
    {
        let outcome = gate([try policy(check: check)]).decide(
            facts(evidence: [evidence(results)], baseline: baseline))
        guard let reason = outcome.parts.first?.reasons.first else {
            preconditionFailure("a policy with a check gave no reason")
        }
        return reason
    }
}
