import AssayTerms

/// Holds what stands on record about a version against one policy. Pure.
struct DossierJudge {
    let policy: Policy
    let digest: SHA256Digest
    let facts: GateFacts

    /// The word for a complete risk evaluation among the records a policy asks for.
    static let riskEvaluation: Text = "risk-evaluation"

    /// What stands against entering a place, and what is missing. Nothing for a change that enters none.
    var reasons: [GateReason] {
        guard facts.action == "promote" else { return [] }
        return findings + risks + records + monitoring + validation
    }

    // MARK: - Findings and risks

    /// A finding blocks once it is overdue, and at once where the policy says so of its severity.
    private var findings: [GateReason] {
        let blocking = facts.dossier.findings.filter { $0.dueAt <= facts.now || policy.blockingFindings.contains($0.severity) }
        return blocking.sorted { ($1.severity, $0.dueAt, $0.id) < ($0.severity, $1.dueAt, $1.id) }.map { finding in
            let due = finding.dueAt <= facts.now ? "was due by" : "is due by"
            return GateReason(
                decision: .fail, code: .findingOpen, requirement: "findings",
                text:
                    "the finding '\(finding.title)' (\(finding.severity.rawValue), \(finding.id)) is open; it \(due) \(finding.due) and is \(finding.owner)'s to mend",
                remedy: "mend it; then somebody else than \(finding.owner) runs: assay finding close \(finding.id) --reason …")
        }
    }

    private var risks: [GateReason] {
        facts.dossier.risks.sorted { ($1.residual, $0.id) < ($0.residual, $1.id) }.map { risk in
            GateReason(
                decision: .fail, code: .riskAboveAppetite, requirement: "risks",
                text: "the risk '\(risk.title)' (\(risk.id)) is left at \(risk.residual), above its appetite of \(risk.appetite), and nobody accepted it",
                remedy: "treat it (assay risk update \(risk.id) …), or have it accepted: assay risk accept \(risk.id) --reason …")
        }
    }

    // MARK: - What has to be there

    /// What the policy asks for; of a high tier the risk evaluation whether it asks or not.
    private var wanted: [Text] {
        let isStrict = facts.tier == .high && !policy.records.contains(Self.riskEvaluation)
        return policy.records + (isStrict ? [Self.riskEvaluation] : [])
    }

    private var records: [GateReason] { wanted.map { $0 == Self.riskEvaluation ? evaluation : record($0) } }

    private func record(_ code: Text) -> GateReason {
        let isThere = facts.dossier.records.contains(code)
        let types = RecordType.all.filter { $0.evidence.contains(code.string) }.map(\.word)
        return GateReason(
            decision: isThere ? .pass : .incomplete, code: isThere ? .met : .recordMissing, requirement: code.string,
            text: isThere ? "a record of '\(code)' is in force" : "no record of '\(code)' is in force for the model or these files",
            remedy: isThere
                ? nil
                : "whoever can answer for it runs: assay record add \(types.joined(separator: "|")) --title … --model \(ShellText.quoted(facts.model.string))")
    }

    private var monitoring: [GateReason] {
        let plans = facts.dossier.plans.sorted { $0.id < $1.id }
        return policy.monitoring.map { monitor in
            let check = monitor.check
            let holder = plans.first { $0.plan?.monitors.contains { $0.isAtLeastAsStrict(as: monitor) } ?? false }
            if let holder {
                return GateReason(
                    decision: .pass, code: .met, requirement: "monitoring", column: check.askedColumn, slice: check.slice, limit: check.limit.text,
                    text: "\(check.title) is watched by the monitoring plan '\(holder.title)' (\(holder.id)), which \(holder.signer) signed and \(holder.plan?.owner ?? "nobody") answers for")
            }
            return GateReason(
                decision: .incomplete, code: .monitoringMissing, requirement: "monitoring", column: check.askedColumn, slice: check.slice,
                limit: check.limit.text,
                text: "no monitoring plan in force watches \(check.title): \(monitor.demand)\(Self.nearest(plans, to: monitor))",
                remedy:
                    "whoever can answer for it signs one: assay record add \(MonitoringPlan.recordType) --title … --model \(ShellText.quoted(facts.model.string)) --text \"$(cat plan.yaml)\"")
        }
    }

    /// What plans say instead.
    private static func nearest(_ plans: [DossierFacts.Plan], to monitor: PolicyMonitor) -> String {
        let said = plans.compactMap { plan -> String? in
            if let problem = plan.problem { return "'\(plan.title)' (\(plan.id)) cannot be read: \(problem)" }
            return plan.plan?.monitors.first { PolicyStrictness.isSameQuestion($0.check, monitor.check) }.map {
                "'\(plan.title)' (\(plan.id)) has \($0.demand)"
            }
        }
        return said.isEmpty ? "" : "; \(ReasonText.list(said))"
    }

    private var evaluation: GateReason {
        let open = facts.dossier.openSections
        let isComplete = open?.isEmpty ?? false
        let text =
            switch open {
            case nil: "there is no risk evaluation of the model"
            case let open? where open.isEmpty: "the risk evaluation is complete"
            case let open?: "the risk evaluation lacks \(open.count) of its sections: \(open.joined(separator: ", "))"
            }
        let next = open?.first ?? "objectives"
        return GateReason(
            decision: isComplete ? .pass : .incomplete, code: isComplete ? .met : .evaluationIncomplete,
            requirement: Self.riskEvaluation.string, text: text,
            remedy: isComplete ? nil : "fill it in: assay risk evaluate \(ShellText.quoted(facts.model.string)) \(next) …")
    }

    private var validation: [GateReason] {
        guard !facts.dossier.validationDue.isEmpty else { return [] }
        return [
            GateReason(
                decision: .incomplete, code: .validationDue, requirement: "validation",
                text: "the model is to be validated anew: \(facts.dossier.validationDue.joined(separator: "; "))",
                remedy: "somebody who did not make it runs: assay model validated \(ShellText.quoted(facts.model.string)) --opinion …")
        ]
    }

    // MARK: - Waivers

    /// The reasons of the policy's checks, in its order, with those that are waived marked so.
    func waiving(_ reasons: [GateReason]) -> [GateReason] {
        let used = waivers(of: reasons)
        return reasons.enumerated().map { index, reason in
            guard let waiver = used[index] else { return reason }
            var waived = reason
            waived.decision = .waived
            waived.text +=
                "; waived until \(waiver.expires) by \(waiver.names.map(\.string).joined(separator: " and ")): \(waiver.reason) (\(waiver.id))"
            waived.remedy = nil
            return waived
        }
    }

    /// The waiver that takes effect for each of the policy's checks, by the check's place: approvals are bound to them.
    func waivers(of reasons: [GateReason]) -> [Int: DossierFacts.Waiver] {
        guard case .frozen(let manifest) = facts.manifest, reasons.count == policy.checks.count else { return [:] }
        var used: [Int: DossierFacts.Waiver] = [:]
        for (index, reason) in reasons.enumerated() {
            guard !reason.decision.allows, reason.code != .evidencePending, policy.checks[index].isWaivable else { continue }
            let waivers = facts.dossier.waivers.filter { $0.policy == digest && $0.check == index + 1 && $0.manifest == manifest }
            used[index] = waivers.filter(counts).max { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }
        }
        return used
    }

    /// Whether a waiver counts now: not over, not for longer than its tier allows, and by two people who may still.
    private func counts(_ waiver: DossierFacts.Waiver) -> Bool {
        guard let rule = WaiverRule.rule(for: facts.tier), Set(waiver.signers).count == 2, waiver.roles.count == 2,
            waiver.grantedAt <= facts.now, facts.now < waiver.expiresAt,
            waiver.expiresAt - waiver.grantedAt <= rule.days * 86_400
        else { return false }
        // Neither did what is waived, nor set the rule.
        guard waiver.signers.allSatisfy({ !facts.authors.contains($0) && facts.publishers[policy.name] != $0 }) else { return false }
        guard rule.roles.count == 2 else { return waiver.roles.allSatisfy { !$0.isEmpty } }
        return waiver.roles[0].contains(rule.roles[0]) && waiver.roles[1].contains(rule.roles[1])
            || waiver.roles[0].contains(rule.roles[1]) && waiver.roles[1].contains(rule.roles[0])
    }
}
