import AssayTerms

/// Holds the tables of reason codes that were frozen with a version against what one policy demands of served answers: a version that
/// nobody would serve enters no place. Pure.
struct ReasonTableJudge {
    let policy: Policy
    let facts: GateFacts

    /// Nothing for a version that leaves its place, or whose files nobody knows.
    var reasons: [GateReason] {
        guard let demand = policy.serving.reasons, !facts.target.isRetirement, case .frozen = facts.manifest else { return [] }
        let file = ReasonsDemand.fileNames[0]
        guard let table = facts.reasonTables.first else {
            return [refusal("served answers have to carry \(demand.demand), and none was frozen with the version")]
        }
        guard facts.reasonTables.count == 1 else {
            let tables = facts.reasonTables.map(\.hex).sorted().map { "sha256:\($0)" }.joined(separator: " and ")
            return [refusal("served answers have to carry \(demand.demand), and tables that differ were frozen with the version: \(tables)")]
        }
        guard demand.isMet(by: table) else {
            return [refusal("served answers have to carry \(demand.demand), and the one frozen with the version is sha256:\(table.hex)")]
        }
        return [
            GateReason(
                decision: .pass, code: .met, requirement: Self.requirement,
                text: "served answers have to carry \(demand.demand); \(file) with sha256:\(table.hex) was frozen with the version")
        ]
    }

    static let requirement = "reasons"

    /// Files are frozen with a version, so another version has to bring others.
    private func refusal(_ text: String) -> GateReason {
        GateReason(
            decision: .fail, code: .reasonTableMissing, requirement: Self.requirement, text: text,
            remedy: "log \(ReasonsDemand.fileNames[0]) with the model or its run, register again, then: \(Remedy.promoteNext(facts))")
    }
}
