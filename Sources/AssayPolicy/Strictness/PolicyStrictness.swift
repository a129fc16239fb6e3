package import AssayTerms

/// Whether one policy asks at least what another asks.
///
/// The question is decided part by part and against the newer policy in doubt: what is not shown to be at least as strict
/// counts as looser. So two checks that mean the same and are written differently are a finding, and nothing that lets a version
/// pass that the older policy stops is missed. `PolicyStrictnessTests` holds this against the gate itself.
///
/// Three things are less plain than they look. Evidence of the strongest accepted provenance decides, and all of it must meet
/// the limit; so to accept less from the strong end, or to trust fewer evaluators, can take away the statement that fails. A
/// majority is counted among those who may approve; so it is compared only while the authors stand on the same side. And an
/// interval need not hold its value; so `judge` is compared by its word.
package enum PolicyStrictness {
    /// In what `new` asks for less than `old`, or might; empty if every change that `new` lets through `old` would have let
    /// through too, with the same evidence and approvals given under either. Names, versions and descriptions do not count.
    ///
    /// - Parameter approvingRoles: the roles that fill a place without a role; see ``GateSettings``.
    /// - Complexity: O(checks of old × checks of new).
    package static func compare(_ old: Policy, _ new: Policy, approvingRoles: [Text]) -> [Loosening] {
        var found = compare(old.scope, new.scope)
        // Without checks nobody looks at evidence.
        if !old.checks.isEmpty { found += compareEvidence(old, new) }
        let asked = new.datedChecks
        found += old.datedChecks.compactMap { check in loosening(of: check, in: asked) }
        found += old.declared.compactMap { check in
            new.declared.contains { $0.isAtLeastAsStrict(as: check) }
                ? nil : Loosening(.checks, "asks no longer for \(check.title): \(check.demandText)")
        }
        found += compareRecords(old, new)
        found += old.monitoring.compactMap { monitor in
            new.monitoring.contains { $0.isAtLeastAsStrict(as: monitor) }
                ? nil : Loosening(.monitoring, "asks no longer that \(monitor.check.title) be watched: \(monitor.demand)")
        }
        if let shadow = old.shadow, !(new.shadow?.isAtLeastAsStrict(as: shadow) ?? false) {
            let words = new.shadow.map { "asks of a shadow: \($0.demand), where it asked \(shadow.demand)" } ?? "asks for no shadow any longer: \(shadow.demand)"
            found.append(Loosening(.shadow, words))
        }
        if !new.serving.isAtLeastAsStrict(as: old.serving) {
            found.append(Loosening(.serving, "while a version is served says: \(new.serving.demand), where it said: \(old.serving.demand)"))
        }
        found += compareDocuments(old, new)
        found += compareApprovals(old, new, approvingRoles: approvingRoles)
        found += old.mutations.filter { !new.mutations.contains($0) }.map { Loosening(.mutations, "lets be changed again what this stopped: \($0.title)") }
        return found
    }

    // MARK: - Scope

    static func compare(_ old: PolicyScope, _ new: PolicyScope) -> [Loosening] {
        var lost: [String] = []
        let isEverything = new.models.contains { $0.utf8.allSatisfy { $0 == UInt8(ascii: "*") } && !$0.isEmpty }
        if !isEverything { lost += missing(old.models, in: new.models).map { "models '\($0)'" } }
        if !new.tiers.isEmpty {
            let tiers = (old.tiers.isEmpty ? Tier.allCases : old.tiers).filter { !new.tiers.contains($0) && $0 != .prohibited }
            if old.tiers.isEmpty || !tiers.isEmpty { lost.append("tiers \(tiers.map(\.rawValue).joined(separator: ", "))") }
        }
        lost += missing(old.stages, in: new.stages).map { "stage \($0)" }
        lost += missing(old.aliases, in: new.aliases).map { "alias \($0)" }
        if old.registration, !new.registration { lost.append("registration") }
        if old.retirement, !new.retirement { lost.append("retirement") }
        return lost.map { Loosening(.scope, "applies no longer to \($0)") }
    }

    private static func missing(_ old: [Text], in new: [Text]) -> [Text] {
        let kept = Set(new.map(Folding.fold))
        return old.filter { !kept.contains(Folding.fold($0)) }
    }

    // MARK: - Evidence

    private static func compareEvidence(_ old: Policy, _ new: Policy) -> [Loosening] {
        var found: [Loosening] = []
        if old.data != new.data { found.append(Loosening(.data, "judges other rows, columns, predictions or thresholds ('data')")) }
        let strength = Provenance.allCases
        let before = strength.filter(old.accept.contains)
        let after = strength.filter(new.accept.contains)
        if Array(before.prefix(after.count)) != after {
            let words = [before, after].map { $0.map(\.rawValue).joined(separator: ", ") }
            found.append(Loosening(.accept, "accepts \(words[1]) where it accepted \(words[0])"))
        }
        if Set(old.evaluators) != Set(new.evaluators) {
            let words = [old.evaluators, new.evaluators].map { $0.isEmpty ? "none" : $0.map(\.string).joined(separator: ", ") }
            found.append(Loosening(.evaluators, "trusts the evaluators \(words[1]) where it trusted \(words[0])"))
        }
        return found
    }

    // MARK: - Checks

    private static func loosening(of old: PolicyCheck, in checks: [PolicyCheck]) -> Loosening? {
        let same = checks.filter { isSameQuestion($0, old) }
        if same.contains(where: { isAtLeastAsStrict($0, as: old) }) { return nil }
        guard let nearest = same.first else { return Loosening(.checks, "asks no longer for \(old.title): \(demand(old))") }
        return Loosening(.checks, "asks of \(old.title): \(demand(nearest)), where it asked \(demand(old))")
    }

    static func isSameQuestion(_ one: PolicyCheck, _ other: PolicyCheck) -> Bool {
        one.id == other.id && one.column == other.column && one.privileged == other.privileged && one.place == other.place
            && one.options == other.options && one.against == other.against && one.slice == other.slice && one.forEach == other.forEach
    }

    static func isAtLeastAsStrict(_ new: PolicyCheck, as old: PolicyCheck) -> Bool {
        new.judge == old.judge && (old.isWaivable || !new.isWaivable) && new.minimumGroup >= old.minimumGroup
            && (old.freshDays.map { days in new.freshDays.map { $0 <= days } ?? false } ?? true)
            && (new.withoutBaseline == .incomplete || old.withoutBaseline == .pass) && isAtLeastAsStrict(new.limit, as: old.limit)
    }

    static func isAtLeastAsStrict(_ new: Limit, as old: Limit) -> Bool {
        guard new.usesMagnitude == old.usesMagnitude else { return false }
        switch (new.shape, old.shape) {
        case (.range(let newLower, let newUpper), .range(let oldLower, let oldUpper)):
            return isInside(newLower, oldLower) { $0 > $1 } && isInside(newUpper, oldUpper) { $0 < $1 }
        case (.drop(let newAmount, _, let newIsRelative), .drop(let oldAmount, _, let oldIsRelative)):
            return newIsRelative == oldIsRelative && newAmount <= oldAmount
        case (.range, .drop), (.drop, .range): return false
        }
    }

    private static func isInside(
        _ new: Limit.Bound?, _ old: Limit.Bound?, isBeyond: (ExactDecimal, ExactDecimal) -> Bool
    ) -> Bool {
        guard let old else { return true }
        guard let new else { return false }
        return isBeyond(new.decimal, old.decimal) || (new.decimal == old.decimal && (old.isInclusive || !new.isInclusive))
    }

    /// What a check asks for beside what it looks at.
    static func demand(_ check: PolicyCheck) -> String {
        var text = "\(check.limit.text), judged by its \(check.judge.rawValue), groups of \(check.minimumGroup) rows and more"
        if let days = check.freshDays { text += ", evidence younger than \(days == 1 ? "a day" : "\(days) days")" }
        if check.against != nil { text += ", without a baseline \(check.withoutBaseline.rawValue)" }
        if !check.isWaivable { text += ", never waived" }
        return text
    }

    // MARK: - Records and findings

    private static func compareRecords(_ old: Policy, _ new: Policy) -> [Loosening] {
        let records = old.records.filter { !new.records.contains($0) }
        let severities = old.blockingFindings.filter { !new.blockingFindings.contains($0) }
        var found = records.map { Loosening(.records, "asks no longer for a record of '\($0)'") }
        if !severities.isEmpty {
            let words = severities.map(\.rawValue).joined(separator: ", ")
            found.append(Loosening(.findings, "lets open findings that are \(words) wait for their due dates"))
        }
        return found
    }

    // MARK: - Documents

    private static func compareDocuments(_ old: Policy, _ new: Policy) -> [Loosening] {
        // A whole card holds all that a short one does.
        old.documents.filter { document in
            !new.documents.contains(document) && !(document == .shortCard && new.documents.contains(.modelCard))
        }.map { Loosening(.documents, "asks no longer for \($0.title)") }
    }

    // MARK: - Approvals

    private static func compareApprovals(_ old: Policy, _ new: Policy, approvingRoles: [Text]) -> [Loosening] {
        var found: [Loosening] = []
        if !seatsAsMany(old, new, approvingRoles: approvingRoles) {
            let words = [old, new].map(approvals)
            found.append(Loosening(.approvals, "asks for approvals by \(words[1]), where it asked for \(words[0])"))
        }
        if old.separatesDuties, !new.separatesDuties { found.append(Loosening(.duties, "lets authors approve their own versions")) }
        if !old.approvals.isEmpty, new.approvalDays > old.approvalDays {
            found.append(Loosening(.expiry, "lets approvals count for \(new.approvalDays) days, where it was \(old.approvalDays)"))
        }
        return found
    }

    /// Whether whoever fills the places of `new` fills those of `old`: one person fills one place, so places are counted by
    /// role, and a place without a role takes whatever is left over of roles that fill such places.
    private static func seatsAsMany(_ old: Policy, _ new: Policy, approvingRoles: [Text]) -> Bool {
        let before = Seats(old.approvals)
        let after = Seats(new.approvals)
        guard before.majorities.isEmpty || old.separatesDuties == new.separatesDuties else { return false }
        for (role, count) in before.majorities where after.majorities[role, default: 0] < count { return false }
        var left = 0
        for role in Set(before.counts.keys).union(after.counts.keys) {
            let more = after.counts[role, default: 0] - before.counts[role, default: 0]
            if role == nil {
                left += more
            } else if more < 0 {
                return false
            } else if let role, approvingRoles.contains(role) {
                left += more
            }
        }
        return left >= 0
    }

    private struct Seats {
        var counts: [Text?: Int] = [:]
        var majorities: [Text?: Int] = [:]

        init(_ rules: [ApprovalRule]) {
            for rule in rules {
                switch rule.quorum {
                case .count(let count): counts[rule.role, default: 0] += count
                case .majority: majorities[rule.role, default: 0] += 1
                }
            }
        }
    }

    /// The places of a policy in one line.
    static func approvals(_ policy: Policy) -> String {
        policy.approvals.isEmpty ? "none" : policy.approvals.map(text).joined(separator: ", ")
    }

    private static func text(_ rule: ApprovalRule) -> String {
        let role = rule.role?.string ?? "anybody who may approve"
        return switch rule.quorum {
        case .count(let count): "\(role) (\(count))"
        case .majority: "\(role) (majority)"
        }
    }
}
