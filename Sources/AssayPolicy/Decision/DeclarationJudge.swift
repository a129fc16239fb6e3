import AssayCanonical
import AssayJSON
import AssayTerms

/// Holds what a policy asks of the run's own words against them. Pure.
struct DeclarationJudge {
    let policy: Policy
    let facts: GateFacts

    var reasons: [GateReason] { policy.declared.map(judge) }

    private func judge(_ check: DeclaredCheck) -> GateReason {
        guard let text = facts.declared.text(of: check) else {
            return reason(
                check, .incomplete, .declarationMissing, "the run does not say it",
                remedy: "say it in the run (\(Self.call(check))), then: \(Remedy.promote(facts))")
        }
        let said = "it is '\(ReasonText.oneLine(text))'"
        switch check.demand {
        case .present: return reason(check, .pass, .met, said)
        case .words(let words): return decided(check, words.contains(text), said)
        case .limit(let limit):
            guard let number = facts.declared.number(of: check) else {
                return reason(
                    check, .incomplete, .valueUndefined, "\(said), which is no finite number",
                    remedy: "log a number in the run (\(Self.call(check))), then: \(Remedy.promote(facts))")
            }
            return decided(check, LimitTest.admits(number, limit), "it is \(NumberText.text(number, besides: limit.bounds))")
        }
    }

    private func decided(_ check: DeclaredCheck, _ isMet: Bool, _ said: String) -> GateReason {
        reason(
            check, isMet ? .pass : .fail, isMet ? .met : .limitBroken, said,
            remedy: isMet ? nil : "register a version whose run meets it, then: \(Remedy.promoteNext(facts))")
    }

    private func reason(_ check: DeclaredCheck, _ decision: Decision, _ code: GateReason.Code, _ said: String, remedy: String? = nil) -> GateReason {
        GateReason(
            decision: decision, code: code, requirement: check.kind.rawValue, column: check.name, limit: check.demandText,
            text: "\(check.title): \(said); what is asked is \(check.demandText); self-declared by the run", remedy: remedy)
    }

    private static func call(_ check: DeclaredCheck) -> String {
        switch check.kind {
        case .tag: "mlflow.set_tag"
        case .parameter: "mlflow.log_param"
        case .metric: "mlflow.log_metric"
        }
    }

    /// Of all that the policies look at, as the run says it now: approvals are bound to it. `nil` where they look at nothing.
    static func digest(of policies: [Policy], _ facts: GateFacts) -> SHA256Digest? {
        let checks = Set(policies.flatMap(\.declared).map { $0.title })
        guard !checks.isEmpty else { return nil }
        let looked = policies.flatMap(\.declared).map { ($0.title, facts.declared.text(of: $0)) }
        let values = Dictionary(looked) { first, _ in first }.sorted { $0.key < $1.key }
        let json = JSONValue.object(JSONObject(values.map { ($0.key, $0.value.map { .string($0.string) } ?? .null) }))
        return (try? json.canonicalBytes()).map { SHA256Hasher.digest(of: $0) }
    }
}
