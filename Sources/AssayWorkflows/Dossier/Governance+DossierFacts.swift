import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

extension Governance {
    /// What stands on record about a version, for the gate.
    ///
    /// What speaks against it (findings, risks) is found under every name its files have; what speaks for it (records, waivers, the
    /// risk evaluation) is its own model's, so that registering the files elsewhere takes nothing away and brings nothing along.
    func dossier(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> DossierFacts {
        let now = effects.nowMilliseconds()
        let papers = try tx.papersInForce(modelID: version.modelID, manifest: version.frozenManifest).map { try Paper($0, tx) }
        var facts = DossierFacts()
        // Asked of everybody's roles once, and only where there is a waiver.
        var waivers: [Paper] = []
        for paper in papers where Self.bears(paper, on: version) {
            let isOwn = paper.record.subject.modelID == version.modelID
            switch paper.record.kind {
            case .finding: facts.findings.append(try Self.finding(paper))
            case .record:
                guard Self.speaks(paper, for: version), paper.counts(at: now) else { continue }
                facts.records.formUnion((paper.content["evidence"]?.array ?? []).compactMap(\.string).map { Text($0) })
                // What is watched is planned for a model: one plan for the whole organisation would be about none.
                if isOwn, paper.record.type == MonitoringPlan.recordType { facts.plans.append(plan(paper)) }
            case .waiver:
                if isOwn, paper.record.state == WaiverState.granted { waivers.append(paper) }
            case .risk: if let risk = try blockingRisk(paper) { facts.risks.append(risk) }
            case .evaluation:
                guard isOwn else { continue }
                facts.openSections = try evaluation(paper, ofModel: version.modelID, tx).openSections.map(\.rawValue)
            case .decision, .incident, .hold, .retirement, .validation, .rollout: continue
            }
        }
        if !waivers.isEmpty {
            let holders = try roleHolders(tx, of: version, for: .waive)
            facts.waivers = try waivers.map { waiver throws(AssayError) in try Self.waiver(waiver, holders) }
        }
        let own = papers.filter { $0.record.subject.modelID == version.modelID }
        facts.validationDue = try Self.standing(of: version.model, own, at: now).reasons
        return facts
    }

    /// A plan that its signer wrote in another form stands on record and watches nothing that a policy names.
    private func plan(_ paper: Paper) -> DossierFacts.Plan {
        let text = Array((paper.text("text") ?? "").utf8)
        let title = Text(paper.text("title") ?? "")
        func plan(_ plan: MonitoringPlan?, _ problem: String? = nil) -> DossierFacts.Plan {
            DossierFacts.Plan(id: Text(paper.record.id), title: title, signer: paper.record.makerName, plan: plan, problem: problem)
        }
        guard MonitoringPlan.isMeant(by: text) else { return plan(nil, "its text is none in the form \(MonitoringPlan.format)") }
        do throws(PolicyProblems) {
            return plan(try MonitoringPlan.read(text, catalogue: catalogue))
        } catch {
            return plan(nil, error.lines(file: "plan").first)
        }
    }

    /// Whether a paper is about the version: about its model as a whole, about it, or about the same files.
    static func bears(_ paper: Paper, on version: GovernedVersion) -> Bool {
        let subject = paper.record.subject
        return subject.versionID == nil || subject.versionID == version.id
            || subject.manifest != nil && subject.manifest == version.frozenManifest
    }

    private static func finding(_ paper: Paper) throws(AssayError) -> DossierFacts.Finding {
        guard let title = paper.text("title"), let severity = paper.text("severity").flatMap(Severity.init),
            let due = paper.milliseconds("due"), let owner = paper.text("owner")
        else { throw corrupt(paper) }
        return DossierFacts.Finding(
            id: Text(paper.record.id), title: Text(title), severity: severity, dueAt: due / 1_000, due: Text(paper.text("due") ?? ""),
            owner: Text(owner))
    }

    /// A waiver that both have signed.
    ///
    /// - Parameter holders: who may waive now, by the roles that let them.
    private static func waiver(_ paper: Paper, _ holders: [Text: Set<Text>]) throws(AssayError) -> DossierFacts.Waiver {
        guard let policy = paper.text("policy_digest").flatMap({ SHA256Digest(hex: $0) }),
            let check = paper.content["check_number"]?.integer.flatMap({ Int(exactly: $0) }), let reason = paper.text("reason"),
            let manifest = paper.record.subject.manifest, let granted = paper.milliseconds("granted"),
            let until = paper.milliseconds("until"), let second = paper.text("confirmed_by_id"),
            let secondName = paper.text("confirmed_by")
        else { throw corrupt(paper) }
        let signers = [Text(paper.record.makerID), Text(second)]
        return DossierFacts.Waiver(
            id: Text(paper.record.id), policy: policy, check: check, manifest: manifest, grantedAt: granted / 1_000,
            expiresAt: until / 1_000, expires: Text(paper.text("until") ?? ""), signers: signers,
            names: [paper.record.makerName, Text(secondName)],
            roles: signers.map { signer in Set(holders.filter { $0.value.contains(signer) }.keys) }, reason: Text(reason))
    }

    static func corrupt(_ paper: Paper) -> AssayError {
        AssayError(
            .corrupt,
            "The stored \(paper.record.kind.word) \(paper.record.id) is not what was written. Restore the database; until then nothing is promoted.")
    }
}
