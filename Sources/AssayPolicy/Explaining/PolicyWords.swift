import AssayTerms

/// The sentences about each part of one policy.
struct PolicyWords {
    let policy: Policy
    let catalogue: Catalogue
    let approvingRoles: [Text]

    func section(_ part: PolicyExplanation.Part) -> PolicyExplanation.Section {
        switch part {
        case .scope: .init(part, "Where it applies", scope)
        case .data: .init(part, "Which rows are judged", data)
        case .evidence: .init(part, "Which evidence counts", evidence)
        case .checks: .init(part, "What has to be shown", checksInGeneral, items: policy.checks.map(item) + policy.declared.map(item))
        case .records: .init(part, "What must be on record", records)
        case .monitoring: .init(part, "What has to be watched after release", monitoringInGeneral, items: policy.monitoring.map(item))
        case .shadow: .init(part, "What has to be shown beside the version in use", shadow)
        case .serving: .init(part, "What holds while it is served", serving)
        case .documents: .init(part, "What has to be written down", documents)
        case .approvals: .init(part, "Who has to approve", approvalsInGeneral, items: policy.approvals.map(item))
        case .duties: .init(part, "Who may not approve", duties)
        case .expiry: .init(part, "How long an approval counts", expiry)
        case .mutations: .init(part, "What may not be changed", mutationsInGeneral, items: policy.mutations.map(item))
        }
    }

    // MARK: - Scope

    private var scope: [String] {
        let scope = policy.scope
        let models =
            scope.models.contains { $0.utf8.allSatisfy { $0 == UInt8(ascii: "*") } && !$0.isEmpty }
            ? "It applies to every model."
            : "It applies to models named like \(PhraseText.quoted(scope.models, "or")): "
                + "'*' stands for any text and '?' for one character, and case does not count."
        let tiers =
            scope.tiers.isEmpty
            ? "It applies whatever the model is classified as."
            : "It applies to models classified as \(PhraseText.list(scope.tiers.map(\.rawValue), "or")), "
                + "and to those that nobody has classified."
        var places: [String] = []
        if !scope.stages.isEmpty {
            places.append("enters the stage \(PhraseText.list(scope.stages.map(\.string), "or"))")
        }
        if !scope.aliases.isEmpty { places.append("takes the alias \(PhraseText.quoted(scope.aliases, "or"))") }
        if scope.registration { places.append("is registered: it is not READY before") }
        if scope.retirement { places.append("retires with its model") }
        let place =
            places.isEmpty
            ? "It stands before no place, so it gates nothing." : "A version meets it before it \(PhraseText.list(places, "or"))."
        let inherited = policy.extends.map { "It asks for all that the policy \($0.title) asks for, which is written out here, and may ask for more." }
        return [models, tiers, place] + [inherited].compactMap(\.self) + ["Other policies may apply to the same change; all of them have to allow it."]
    }

    // MARK: - Data

    private var data: [String] {
        guard let data = policy.data else { return ["It looks at no rows."] }
        var sentences: [String] = []
        switch data.dataset {
        case .logged(let path):
            sentences.append(
                "The rows are the table '\(path)' that was logged with the model. Whoever logged the model chose them, and every decision says so.")
        case .pinned(let name, let digest):
            sentences.append("The rows are the data set '\(name)' in exactly the version with the digest \(digest); the policy chose them.")
        case nil:
            sentences.append(
                "The policy names no data set: a file given to assay check is judged, and evidence of the registry counts whatever rows it is on.")
        }
        if let rows = data.rows { sentences.append("Of these only the rows count where \(rows).") }
        switch data.predictions {
        case .fromModel: sentences.append("The model itself, frozen with the version, scores the rows.")
        case .dataset: sentences.append("What the model predicted stands in columns of the rows, where it predicted anything.")
        case .artifact(let path): sentences.append("What the model predicted stands in the file '\(path)' among the model's artifacts.")
        }
        sentences += columns(data)
        if let thresholds = data.thresholds {
            let key = data.thresholdsKey.map { ", drawing rows by the column '\($0)'" } ?? ""
            sentences.append(
                "Scores become decisions by the thresholds '\(thresholds.name)' with the digest \(thresholds.digest)\(key).")
        }
        if let reference = data.reference {
            sentences.append("Drift is measured against the profile '\(reference.name)' with the digest \(reference.digest).")
        }
        return sentences
    }

    private func columns(_ data: PolicyData) -> [String] {
        var sentences: [String] = []
        if let label = data.label { sentences.append("The true labels stand in the column '\(label)'.") }
        if let positive = data.positive {
            sentences.append("The label that counts as positive is '\(positive)'.")
        } else if data.label != nil, data.scores.isEmpty {
            sentences.append("The label that counts as positive is 1 or true.")
        }
        if let prediction = data.prediction { sentences.append("The predicted labels stand in the column '\(prediction)'.") }
        if let score = data.score { sentences.append("The scores stand in the column '\(score)'.") }
        if !data.scores.isEmpty {
            let columns = data.scores.map { "of the class '\($0.name)' in the column '\($0.column)'" }
            sentences.append("The scores stand \(PhraseText.list(columns)).")
        }
        if let weight = data.weight { sentences.append("Each row counts by its weight in the column '\(weight)'.") }
        return sentences
    }

    // MARK: - Evidence

    private var evidence: [String] {
        guard !policy.checks.isEmpty else { return ["It asks for no evidence."] + [freshness].compactMap(\.self) }
        let accepted = Provenance.allCases.filter(policy.accept.contains)
        var sentences = accepted.map { provenance in
            switch provenance {
            case .recomputed: "'recomputed' evidence counts: the server scored the frozen model itself."
            case .attested: "'attested' evidence counts: an evaluator outside of the server computed and signed it. \(evaluators)"
            case .supplied: "'supplied' evidence counts: whoever submitted the model gave what it predicted."
            }
        }
        if accepted.count > 1 {
            sentences.append(
                "Where a version has several kinds, only the strongest counts, in this order; "
                    + "of several statements of one kind each has to meet the limits.")
        } else {
            sentences.append("Nothing else counts. Of several such statements each has to meet the limits.")
        }
        return sentences + [freshness].compactMap(\.self)
    }

    private var freshness: String? {
        policy.freshDays.map {
            "Of each check some evidence has to be younger than \(PhraseText.counted($0, "day", "days")), by when the server computed it or took it in."
        }
    }

    private var evaluators: String {
        policy.evaluators.isEmpty
            ? "No evaluator is named, so nobody's counts."
            : "Trusted \(policy.evaluators.count == 1 ? "is" : "are") \(PhraseText.quoted(policy.evaluators))."
    }

    // MARK: - Records and findings

    private var records: [String] {
        let evaluation = policy.records.contains(DossierJudge.riskEvaluation)
        let codes = policy.records.filter { $0 != DossierJudge.riskEvaluation }
        var sentences: [String] = []
        if codes.isEmpty {
            sentences.append("It asks for no signed record.")
        } else {
            let each = codes.count == 1 ? "A signed record" : "One signed record each"
            sentences.append("\(each) of \(PhraseText.quoted(codes)) has to be in force, about the model, its files or the organisation.")
        }
        sentences.append(
            evaluation
                ? "The risk evaluation of the model has to be complete, all ten sections."
                : "The risk evaluation has to be complete only for models of the tier 'high'.")
        let severities = PhraseText.list(policy.blockingFindings.map(\.rawValue), "or")
        sentences.append("An open finding that is \(severities) blocks at once; any other one blocks once it is overdue.")
        sentences.append("A risk that is left above its appetite blocks until it is treated or accepted.")
        return sentences
    }

    // MARK: - Documents

    private var documents: [String] {
        guard !policy.documents.isEmpty else { return ["It asks for no document."] }
        return policy.documents.map { document in
            switch document {
            case .shortCard:
                "The model card has to say what the version is for, and a measure of its performance from evidence. The server writes it: assay card."
            case .modelCard: "The model card has to have every field filled, from evidence and from what was declared. The server writes it: assay card."
            }
        } + ["As long as something is missing the answer is 'incomplete'. Approvals are bound to what the card says."]
    }

    // MARK: - Approvals

    private var approvalsInGeneral: [String] {
        guard !policy.approvals.isEmpty else { return ["Nobody has to approve."] }
        return ["One person fills one place, also somebody with several roles. As long as a place is free the answer is 'incomplete'."]
    }

    private func item(_ rule: ApprovalRule) -> PolicyExplanation.Item {
        let who = rule.role.map { "with the role '\($0)'" }
        let title: String
        switch rule.quorum {
        case .count(let count):
            let anybody = "who may approve, with the role \(PhraseText.quoted(approvingRoles, "or"))"
            title = "\(PhraseText.counted(count, "person", "people")) \(who ?? anybody)"
        case .majority: title = "More than half of the people \(who ?? "who may approve")"
        }
        let sentence =
            switch rule.quorum {
            case .count: "They have to hold the role when the gate decides."
            case .majority: "They are counted when the gate decides, without those who may not approve."
            }
        return .init(name: rule.role?.string, title: title, sentences: [sentence])
    }

    private var duties: [String] {
        var sentences: [String] = []
        if policy.separatesDuties {
            sentences = [
                "Authors of a version never count: whoever logged, ran, registered or adopted it.",
                "A version that nobody named logged or registered is 'incomplete' until a named person adopts it.",
            ]
        } else {
            sentences = ["Authors of a version may approve it themselves."]
        }
        if !policy.approvals.isEmpty { sentences.append("Whoever published this policy never counts under it.") }
        return sentences
    }

    private var mutationsInGeneral: [String] {
        guard !policy.mutations.isEmpty else { return ["It stops no change of tags and aliases."] }
        return ["Of models that it applies to. Tags whose keys start with 'mlflow.' are left alone."]
    }

    private func item(_ rule: MutationRule) -> PolicyExplanation.Item {
        let what = rule.resource == .registeredModel ? "tags and aliases of registered models" : "tags of model versions"
        let request = rule.request.map { "Of a change itself it has to hold: \($0.text)." }
        let present = rule.present.map { "Of what is there before it has to hold: \($0.text)." }
        return .init(
            name: rule.role.string, title: "Holders of the role '\(rule.role)', of \(what)", sentences: [request, present].compactMap(\.self))
    }

    private var expiry: [String] {
        guard !policy.approvals.isEmpty else { return ["There is nothing to approve, so nothing expires."] }
        return [
            "An approval counts for \(PhraseText.counted(policy.approvalDays, "day", "days")), and for one promotion.",
            "It is given for one version with its files, one place, these policies and the evidence at that time; "
                + "where one of them is another by then, it does not count.",
        ]
    }
}
