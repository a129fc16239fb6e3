import AssayTerms

/// Which of the evidence about a version answers one check of a policy.
struct EvidenceFit {
    struct Answer: Hashable {
        var result: CheckResult
        var provenance: Provenance
        var claim: SHA256Digest
        var dataset: Envelope.Input?
        /// Seconds since 1970; `nil` for what was computed for this very question.
        var recordedAt: Int64?
    }

    /// Answers of the strongest provenance there is, in the order of their claims. A version that is judged on
    /// several such statements must meet the limit in each, so that nobody picks the kindest.
    private(set) var answers: [Answer] = []
    /// Why evidence that has the check was not used, strongest hindrance last seen; `nil` where nothing has it.
    private(set) var hindrance: (code: GateReason.Code, text: String)?

    init(
        check: PolicyCheck, descriptor: CheckDescriptor, policy: Policy, evidence: EvidenceIndex, published: Set<SHA256Digest>
    ) {
        var usable: [Answer] = []
        for entry in evidence.entries(for: check) {
            let item = entry.item
            let result = entry.result
            let envelope = item.envelope
            let dataset = envelope.inputs.first { $0.role == "data" }
            if Self.answers(result, check, descriptor) {
                if let mismatch = Self.mismatch(envelope, dataset: dataset, policy: policy, check, descriptor) {
                    hindrance = (.evidenceMissing, mismatch)
                } else if result.definition != descriptor.definition {
                    hindrance = (
                        .evidenceOutdated,
                        "there is evidence by definition \(result.definition) of this check; the present one is \(descriptor.definition)"
                    )
                } else if let foreign = Self.otherPolicy(envelope, published) {
                    hindrance = (.evidenceMissing, foreign)
                } else if !policy.accept.contains(envelope.provenance) {
                    hindrance = (
                        .provenanceRefused,
                        "there is evidence, but it is \(envelope.provenance.rawValue) and the policy accepts "
                            + policy.accept.map(\.rawValue).joined(separator: ", ")
                    )
                } else if let evaluator = item.evaluator, !policy.evaluators.contains(evaluator) {
                    hindrance = (
                        .provenanceRefused,
                        "there is evidence by the evaluator '\(evaluator)', and the policy trusts "
                            + (policy.evaluators.isEmpty ? "none" : policy.evaluators.map(\.string).joined(separator: ", "))
                    )
                } else {
                    usable.append(
                        Answer(
                            result: result, provenance: envelope.provenance, claim: item.claim, dataset: dataset,
                            recordedAt: item.recordedAt))
                }
            }
        }
        let strongest = Provenance.allCases.first { provenance in usable.contains { $0.provenance == provenance } }
        answers = usable.filter { $0.provenance == strongest }
    }

    private static func answers(_ result: CheckResult, _ check: PolicyCheck, _ descriptor: CheckDescriptor) -> Bool {
        guard result.id == check.id, result.column == check.askedColumn else { return false }
        guard (try? descriptor.filled(check.options)) == result.options else { return false }
        guard let wanted = check.privileged else { return result.privileged == nil }
        guard let column = check.column, let given = result.privileged else { return false }
        return PrivilegedGroup(given, column: column.string).map { Text($0.text) == wanted } ?? false
    }

    /// That the evidence was made for another policy than this one and its other versions, if it says for which it was made.
    private static func otherPolicy(_ envelope: Envelope, _ published: Set<SHA256Digest>) -> String? {
        let named = envelope.inputs.filter { $0.role == "policy" }
        guard let first = named.first, !named.contains(where: { published.contains($0.digest) }) else { return nil }
        return "there is evidence, and it was made for another policy: \(first.name)"
    }

    /// How the evidence was computed on something else than the policy asks for.
    private static func mismatch(
        _ envelope: Envelope, dataset: Envelope.Input?, policy: Policy, _ check: PolicyCheck, _ descriptor: CheckDescriptor
    ) -> String? {
        guard let data = policy.data else { return nil }
        if descriptor.mayUseReference, let reference = data.reference,
            envelope.inputs.first(where: { $0.role == "reference" })?.digest != reference.digest
        {
            return "there is evidence against another reference than \(reference.name)@\(reference.digest)"
        }
        switch data.dataset {
        case .logged(let path) where dataset?.name != path:
            return "there is evidence on \(dataset.map { "'\($0.name)'" } ?? "no data set"), not on '\(path)'"
        case .pinned(let name, let digest) where dataset?.digest != digest:
            return "there is evidence on other rows than \(name)@\(digest)"
        default: break
        }
        let named: [(Text, Text?)] = [
            ("label", data.label), ("positive", data.positive), ("prediction", data.prediction), ("score", data.score),
        ]
        for (name, wanted) in named {
            guard let wanted else { continue }
            if parameter(name, of: envelope) != wanted {
                return "there is evidence with another \(name) than '\(wanted)'"
            }
        }
        let thresholds: [(Text, Text?)] = [
            ("thresholds", data.thresholds.map { Text("sha256:\($0.digest.hex)") }), ("thresholds_key", data.thresholdsKey),
        ]
        for (name, wanted) in thresholds where parameter(name, of: envelope) != wanted {
            return wanted.map { "there is evidence without the \(name) '\($0)'" }
                ?? "there is evidence of decisions by thresholds, which the policy does not ask for"
        }
        let scores: [Envelope.Parameter] = data.scores.map { .text(Text("\($0.name)=\($0.column)")) }
        guard envelope.parameters["scores"] == (scores.isEmpty ? nil : .list(scores)) else {
            return "there is evidence with other columns of scores"
        }
        // What changes numbers and is not in the policy makes evidence about something else: the labels' own bias
        // (`outcome`), another cutoff, other words for missing, other types.
        let extra = envelope.parameters.keys.sorted().first { name in
            switch name {
            case "label", "positive", "prediction", "score", "weight", "rows", "sensitive", "scores", "thresholds", "thresholds_key":
                false
            // The edges of ranges follow from the column that asks for them and the rows.
            case "bins": false
            case "cutoff": envelope.parameters[name] != .number(0.5)
            default: true
            }
        }
        if let extra { return "there is evidence with '\(extra)' set, which the policy does not ask for" }
        if parameter("weight", of: envelope) != data.weight {
            return data.weight.map { "there is evidence without the weights of '\($0)'" }
                ?? "there is evidence with row weights, which the policy does not ask for"
        }
        let rows = check.rows(in: data)
        if parameter("rows", of: envelope) != rows {
            return rows.map { "there is evidence on other rows than those where \($0)" }
                ?? "there is evidence on a part of the rows, which the policy does not ask for"
        }
        return nil
    }

    private static func parameter(_ name: Text, of envelope: Envelope) -> Text? {
        switch envelope.parameters[name] {
        case .text(let text): text
        case .integer(let number): Text("\(number)")
        case .number(let number): Text(ExactDecimal(shortest: number)?.description ?? "\(number)")
        case .flag(let flag): flag ? "true" : "false"
        case .list, .object, nil: nil
        }
    }
}
