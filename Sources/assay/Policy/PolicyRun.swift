import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayModels
import AssayPolicy
import AssayServing
import AssayTerms

/// A policy's checks computed on files at hand: the evidence and what the policy says about it.
struct PolicyRun {
    private let policy: Policy
    /// One for each part of the rows that checks look at.
    private let requests: [EvidenceRequest]
    private let scorer: (any BlockScorer)?
    private let reference: DriftProfile?
    private let declared: DeclaredFacts
    /// Whether the evidence is handed in.
    private let isPushed: Bool

    /// - Throws: `invalidArgument` where the policy needs what the command line does not give, or the other way round;
    ///   whatever is wrong with the model's files.
    init(
        policy: Policy, data: String?, model: String?, foreign: ForeignArguments, reference: String? = nil, thresholds: String? = nil,
        declared: DeclaredFacts = DeclaredFacts(), isPushed: Bool = false
    ) throws(AssayError) {
        self.policy = policy
        self.isPushed = isPushed
        self.declared = declared
        guard !policy.checks.isEmpty, let columns = policy.data else {
            requests = []
            scorer = nil
            self.reference = nil
            return
        }
        guard let data else {
            throw AssayError(.invalidArgument, "The policy \(policy.title) judges rows: name the file with --data.")
        }
        let parts = try Self.parts(of: policy, columns)
        var request = EvidenceRequest(data: Self.file(data, policy: policy), checks: parts[0].checks)
        request.label = columns.label
        request.prediction = columns.prediction
        request.score = columns.score
        request.classScores = columns.scores.map { ClassColumn(name: $0.name, column: $0.column) }
        request.positive = columns.positive
        request.weight = columns.weight
        if let (profile, input) = try Self.reference(reference, policy: policy) {
            self.reference = profile
            request.inputs.append(input)
        } else {
            self.reference = nil
        }
        if let (decisions, input) = try Self.thresholds(thresholds, policy: policy) {
            request.thresholds = decisions
            request.positive = columns.positive ?? decisions.document.positive
            request.inputs.append(input)
        }
        switch (columns.predictions, model) {
        case (.fromModel, let path?):
            let loaded = try LocalModel(path: path, arguments: foreign)
            request.subjects = [Envelope.Subject(name: loaded.name, digest: loaded.manifest.digest)]
            request.inputs += [Envelope.Input(role: "model", name: loaded.name, digest: loaded.manifest.digest)]
            scorer = loaded.scorer
        case (.fromModel, nil):
            throw AssayError(
                .invalidArgument,
                "The policy \(policy.title) judges what the model itself predicts: name it with --model, or have 'prediction' or 'score' in the policy's data for predictions that stand in the file."
            )
        case (.dataset, nil): scorer = nil
        case (.dataset, _?):
            throw AssayError(
                .invalidArgument,
                "The policy \(policy.title) takes predictions from columns of the data; leave --model out, or write 'predictions: from-model' in the policy."
            )
        case (.artifact(let path), _):
            throw AssayError(
                .unsupported,
                "The policy \(policy.title) takes predictions from the artifact '\(path)'; here they are read from columns of the data: write 'predictions: dataset'."
            )
        }
        requests = parts.map { part in
            var own = request
            own.rows = part.rows
            own.checks = part.checks
            return own
        }
    }

    /// - Parameter external: who answers the policy's external checks, asked once the rows have been judged.
    func report(external: [ExternalAnswerer] = []) async throws(AssayError) -> PolicyReport {
        guard !requests.isEmpty else {
            let part = Gate(published: [], settings: .shipped(), catalogue: PolicyFile.catalogue)
                .judgeChecks(of: policy, facts(subject: nil, evidence: []))
            return PolicyReport(policy: policy, part: part, envelopes: [])
        }
        var envelopes: [Envelope] = []
        for request in requests { envelopes.append(try compute(request)) }
        guard let subject = envelopes[0].subjects.first else {
            throw AssayError(.internalFault, "The evidence is about nothing.")
        }
        if policy.checks.allSatisfy({ $0.id.hasPrefix(ExternalCheck.prefix) }) { envelopes[0].results = [] }
        for answerer in external {
            let (result, input) = try await answerer.answer(question(to: answerer, about: envelopes[0]))
            envelopes[0].results.append(result)
            envelopes[0].inputs.append(input)
        }
        var evidence: [GateFacts.Evidence] = []
        for envelope in envelopes { evidence.append(try judged(envelope)) }
        let part = Gate(published: [], settings: .shipped(), catalogue: PolicyFile.catalogue)
            .judgeChecks(of: policy, facts(subject: subject, evidence: evidence))
        return PolicyReport(policy: policy, part: part, envelopes: envelopes)
    }

    /// The evidence as the registry's gate will have it. What is handed in is `attested` there, by an evaluator whom the policy names
    /// if the registry takes it at all; where the policy accepts what was computed here anyhow it is judged as that.
    private func judged(_ envelope: Envelope) throws(AssayError) -> GateFacts.Evidence {
        guard isPushed, envelope.provenance == .recomputed, !policy.accept.contains(.recomputed) else {
            return GateFacts.Evidence(claim: try Claim.digest(of: envelope), envelope: envelope)
        }
        var attested = envelope
        attested.provenance = .attested
        return GateFacts.Evidence(
            claim: try Claim.digest(of: attested), envelope: attested, evaluator: policy.evaluators.first ?? "of this job")
    }

    private func compute(_ request: EvidenceRequest) throws(AssayError) -> Envelope {
        var progress = ProgressLine()
        defer { progress.clear() }
        return try EvidenceEngine.compute(request, scorer: scorer, reference: reference, computedAt: SystemTime.now()) {
            progress.show(rows: $0)
        }
    }

    /// What a program outside is asked.
    private func question(to answerer: ExternalAnswerer, about envelope: Envelope) -> JSONValue {
        func named(_ name: Text, _ digest: SHA256Digest) -> JSONValue { ["name": .string(name.string), "digest": ["sha256": .string(digest.hex)]] }
        var question: JSONObject = [
            "assay": .string(ExternalAnswerer.format), "check": .string(answerer.name.string),
            "policy": [
                "name": .string(policy.name.string), "version": .string(policy.version.string), "digest": ["sha256": .string(policy.digest.hex)],
            ],
        ]
        for role in ["model", "data"] {
            question[role] = envelope.inputs.first { $0.role == role }.map { named($0.name, $0.digest) }
        }
        return .object(question)
    }

    /// The profile the policy binds, and the input that names it; `nil` where it binds none.
    ///
    /// - Throws: `invalidArgument` where the file is missing on the command line, is no profile, or is another one.
    private static func reference(
        _ path: String?, policy: Policy
    ) throws(AssayError) -> (DriftProfile, Envelope.Input)? {
        guard let bound = policy.data?.reference else {
            guard path == nil else {
                throw AssayError(
                    .invalidArgument, "The policy \(policy.title) names no reference in its 'data'; leave --reference out.")
            }
            return nil
        }
        guard let path else {
            throw AssayError(
                .invalidArgument, "The policy \(policy.title) compares with \(bound.name): name its file with --reference.")
        }
        guard case .profile(let profile, _, let digest) = try DriftProfileFile.reference(path) else {
            throw AssayError(
                .invalidArgument, "\(path) is no reference profile; make one with assay profile DATA --write-profile FILE.")
        }
        guard digest == bound.digest else {
            throw AssayError(
                .invalidArgument,
                "\(path) is another reference than the policy \(policy.title) binds: its digest is \(digest), not \(bound.digest).")
        }
        return (profile, Envelope.Input(role: "reference", name: bound.name, digest: digest, rows: profile.rowCount))
    }

    /// The thresholds the policy binds, and the input that names them; `nil` where it binds none.
    ///
    /// - Throws: `invalidArgument` where the file is missing on the command line or is another one; `unreadable` where it holds
    ///   no thresholds.
    private static func thresholds(
        _ path: String?, policy: Policy
    ) throws(AssayError) -> (ThresholdDecisions, Envelope.Input)? {
        guard let bound = policy.data?.thresholds else {
            guard path == nil else {
                throw AssayError(
                    .invalidArgument, "The policy \(policy.title) names no thresholds in its 'data'; leave --thresholds out.")
            }
            return nil
        }
        guard let path else {
            throw AssayError(
                .invalidArgument, "The policy \(policy.title) judges decisions by \(bound.name): name its file with --thresholds.")
        }
        let bytes = try SmallFile.bytes(of: path)
        let digest = SHA256Hasher.digest(of: bytes)
        guard digest == bound.digest else {
            throw AssayError(
                .invalidArgument,
                "\(path) holds other thresholds than the policy \(policy.title) binds: its digest is \(digest), not \(bound.digest).")
        }
        let decisions = ThresholdDecisions(
            document: try ThresholdDocument(json: bytes, name: path), digest: digest, key: policy.data?.thresholdsKey)
        return (decisions, Envelope.Input(role: "thresholds", name: bound.name, digest: digest))
    }

    private func facts(subject: Envelope.Subject?, evidence: [GateFacts.Evidence]) -> GateFacts {
        GateFacts(
            logOrigin: "", request: "", target: .stage("Production"), model: subject?.name ?? "MODEL",
            version: "VERSION",
            manifest: subject.map { .frozen($0.digest) } ?? .unfrozen("no model is given"), authors: [],
            evidence: evidence, declared: declared, now: 0)
    }

    /// The file under the name the policy knows its rows by.
    private static func file(_ path: String, policy: Policy) -> DataFile {
        if case .logged(let name) = policy.data?.dataset { return DataFile(source: .path(path), name: name) }
        return DataFile(path: path)
    }

    /// The checks by the rows they look at; first those of all rows that the policy judges, where there are any.
    private static func parts(of policy: Policy, _ data: PolicyData) throws(AssayError) -> [(rows: Text?, checks: [CheckRequest])] {
        let measured = policy.checks.filter { !$0.id.hasPrefix(ExternalCheck.prefix) }
        let asksExternal = measured.count < policy.checks.count
        var parts: [(rows: Text?, checks: [CheckRequest])] = []
        if asksExternal || measured.contains(where: { $0.slice == nil }) {
            let checks = try checks(measured.filter { $0.slice == nil })
            // The rows are read for their digest, whatever is asked of them.
            parts.append((data.rows, checks.isEmpty ? [CheckRequest(id: "quality.missing_rate")] : checks))
        }
        for check in measured where check.slice != nil {
            let rows = check.rows(in: data)
            if !parts.contains(where: { $0.rows == rows }) { parts.append((rows, try checks(measured.filter { $0.rows(in: data) == rows }))) }
        }
        return parts
    }

    private static func checks(_ asked: [PolicyCheck]) throws(AssayError) -> [CheckRequest] {
        var requests: [CheckRequest] = []
        for check in asked {
            var rule: PrivilegedRule?
            if let text = check.privileged, let column = check.column {
                rule = try PrivilegedRule(parsing: text, columns: [column])
            }
            let place = check.place.flatMap { CheckRequest.Place(rawValue: $0.rawValue) }
            let request = CheckRequest(id: check.id, column: check.askedColumn, privileged: rule, place: place, options: check.options)
            // Two limits on one value are one computation.
            if !requests.contains(request) { requests.append(request) }
        }
        return requests
    }
}
