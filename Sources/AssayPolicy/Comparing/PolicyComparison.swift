import AssayJSON
package import AssayTerms

/// What is different between two policies, part by part, and whether each difference asks for more or for less.
///
/// Each difference is tried alone: it is made in the older policy, and ``PolicyStrictness`` says what that comes to. So some
/// difference is `looser` exactly where ``PolicyStrictness/compare(_:_:approvingRoles:)`` finds the newer policy looser, and two
/// policies without a difference are equal.
package struct PolicyComparison {
    private let old: Policy
    private let new: Policy
    private let approvingRoles: [Text]

    private init(old: Policy, new: Policy, approvingRoles: [Text]) {
        self.old = old
        self.new = new
        self.approvingRoles = approvingRoles
    }

    /// - Parameter approvingRoles: the roles that fill a place without a role; see ``GateSettings``.
    /// - Returns: in the order of the parts.
    /// - Complexity: O(parts × checks of old × checks of new).
    package static func differences(_ old: Policy, _ new: Policy, approvingRoles: [Text]) -> [PolicyDifference] {
        let comparison = PolicyComparison(old: old, new: new, approvingRoles: approvingRoles)
        return comparison.title + comparison.scope + comparison.data + comparison.evidence + comparison.checks + comparison.declared
            + comparison.records + comparison.documents + comparison.approvals
    }

    // MARK: - Marks

    private func isLooser(_ before: Policy, _ after: Policy, in part: Loosening.Part? = nil) -> Bool {
        PolicyStrictness.compare(before, after, approvingRoles: approvingRoles).contains { part == nil || $0.part == part }
    }

    private func mark(in part: Loosening.Part? = nil, _ edit: (inout Policy) -> Void) -> PolicyDifference.Mark {
        var edited = old
        edit(&edited)
        if isLooser(old, edited, in: part) { return .looser }
        return isLooser(edited, old, in: part) ? .stricter : .other
    }

    /// A difference in one field that is copied alone; none where the field is the same.
    private func difference<Value: Equatable>(
        _ part: PolicyDifference.Part, _ field: WritableKeyPath<Policy, Value>, _ what: String, words: (Value) -> String
    ) -> [PolicyDifference] {
        guard old[keyPath: field] != new[keyPath: field] else { return [] }
        let texts = [old, new].map { words($0[keyPath: field]) }
        let text = texts[0] == texts[1] ? "\(what): the same in another order" : "\(what): \(texts[1]), where it was \(texts[0])"
        return [PolicyDifference(part: part, mark: mark { $0[keyPath: field] = new[keyPath: field] }, text: text)]
    }

    // MARK: - Parts

    private var title: [PolicyDifference] {
        difference(.title, \.name, "name") { $0.string } + difference(.title, \.version, "version") { $0.string }
            + difference(.title, \.description, "description") { $0.map { "'\($0)'" } ?? "none" }
            + difference(.title, \.extends, "what it extends") { $0.map { "\($0.title) (\($0.digest))" } ?? "nothing" }
    }

    private var scope: [PolicyDifference] {
        func names(_ names: [Text]) -> String { names.isEmpty ? "none" : PhraseText.quoted(names.sorted()) }
        return difference(.scope, \.scope.models, "models") { names($0) }
            + difference(.scope, \.scope.tiers, "tiers") { $0.isEmpty ? "every one" : PhraseText.list($0.map(\.rawValue)) }
            + difference(.scope, \.scope.stages, "stages") { names($0) } + difference(.scope, \.scope.aliases, "aliases") { names($0) }
            + difference(.scope, \.scope.registration, "registration") { $0 ? "gated" : "not gated" }
            + difference(.scope, \.scope.retirement, "retirement") { $0 ? "gated" : "not gated" }
    }

    /// Key by key of the canonical form, so that no field can be forgotten.
    private var data: [PolicyDifference] {
        guard old.data != new.data else { return [] }
        let mark = self.mark { $0.data = new.data }
        guard let before = old.data?.json.object, let after = new.data?.json.object else {
            let text = new.data == nil ? "no rows are judged any longer" : "rows are judged, where none were"
            return [PolicyDifference(part: .data, mark: mark, text: text)]
        }
        let names = before.members.map(\.name) + after.members.map(\.name).filter { before[$0] == nil }
        return names.filter { before[$0] != after[$0] }.map { name in
            let words = [before[name], after[name]].map { $0.map(Self.words) ?? "not given" }
            return PolicyDifference(part: .data, mark: mark, text: "\(name): \(words[1]), where it was \(words[0])")
        }
    }

    private static func words(_ value: JSONValue) -> String {
        if let text = value.string { return "'\(text)'" }
        return PhraseText.list((value.object?.members ?? []).map { "\($0.name) '\($0.value.string ?? "")'" })
    }

    private var evidence: [PolicyDifference] {
        difference(.accept, \.accept, "evidence that counts") { $0.isEmpty ? "none" : PhraseText.list($0.map(\.rawValue)) }
            + difference(.evaluators, \.evaluators, "evaluators") { $0.isEmpty ? "none" : PhraseText.quoted($0.sorted()) } + freshness
    }

    /// Where checks differ too, what the days come to is said with each check, whose own may be fewer.
    private var freshness: [PolicyDifference] {
        let differences = difference(.freshness, \.freshDays, "evidence is younger than") { $0.map { PhraseText.counted($0, "day", "days") } ?? "any age" }
        guard old.checks != new.checks else { return differences }
        return differences.map { PolicyDifference(part: $0.part, mark: .other, text: $0.text) }
    }

    private var checks: [PolicyDifference] {
        // The policy's own days are in each of them, unless the checks are the same but for these.
        let isDated = old.checks != new.checks
        let (before, after) = isDated ? (old.datedChecks, new.datedChecks) : (old.checks, new.checks)
        let gone = before.filter { !after.contains($0) }
        var added = after.filter { !before.contains($0) }
        if gone.isEmpty, added.isEmpty, old.checks != new.checks {
            let text = before == after ? "the same checks, written otherwise" : "the same checks in another order, or some of them twice"
            return [PolicyDifference(part: .checks, mark: .other, text: text)]
        }
        var differences: [PolicyDifference] = []
        for check in gone {
            let isLooser = self.isLooser(asking([check]), asking(after))
            let demand = PolicyStrictness.demand(check)
            guard let index = added.firstIndex(where: { PolicyStrictness.isSameQuestion($0, check) }) else {
                let ending = isLooser ? "" : "; another check asks as much"
                differences.append(
                    PolicyDifference(
                        part: .checks, mark: isLooser ? .looser : .other, text: "\(Self.title(check)): no longer \(demand)\(ending)"))
                continue
            }
            let successor = added.remove(at: index)
            let isStricter = self.isLooser(asking([successor]), asking([check]))
            differences.append(
                PolicyDifference(
                    part: .checks, mark: isLooser ? .looser : isStricter ? .stricter : .other,
                    text: "\(Self.title(check)): \(PolicyStrictness.demand(successor)), where it was \(demand)"))
        }
        for check in added {
            let isNew = isLooser(asking([check]), asking(before))
            differences.append(
                PolicyDifference(
                    part: .checks, mark: isNew ? .stricter : .other,
                    text: "\(Self.title(check)): now \(PolicyStrictness.demand(check))\(isNew ? "" : "; as much was asked already")"))
        }
        return differences
    }

    private var declared: [PolicyDifference] {
        func words(_ checks: [DeclaredCheck]) -> String {
            checks.isEmpty ? "nothing" : PhraseText.list(checks.map { "\($0.title) \($0.demandText)" })
        }
        return difference(.checks, \.declared, "what the run has to say", words: words)
    }

    /// The older policy with these checks, which say themselves how young their evidence is.
    private func asking(_ checks: [PolicyCheck]) -> Policy {
        var policy = old
        policy.checks = checks
        policy.freshDays = nil
        return policy
    }

    private static func title(_ check: PolicyCheck) -> String {
        let place = check.place.map { ", among the \($0.rawValue)" } ?? ""
        return check.title + place + (check.against.map { ", against \($0.text)" } ?? "")
    }

    private var records: [PolicyDifference] {
        difference(.records, \.records, "what must be on record") { $0.isEmpty ? "nothing" : PhraseText.list($0.map(\.string)) }
            + difference(.monitoring, \.monitoring, "what is watched") { monitors in
                monitors.isEmpty ? "nothing" : PhraseText.list(monitors.map { "\($0.check.title): \($0.demand)" })
            }
            + difference(.shadow, \.shadow, "what a shadow has to show") { $0?.demand ?? "nothing" }
            + difference(.serving, \.serving, "while it is served", words: \.demand)
            + difference(.findings, \.blockingFindings, "findings that block at once") { PhraseText.list($0.map(\.rawValue)) }
    }

    private var documents: [PolicyDifference] {
        difference(.documents, \.documents, "documents") { $0.isEmpty ? "none" : PhraseText.list($0.map(\.title)) }
    }

    private var approvals: [PolicyDifference] {
        var differences: [PolicyDifference] = []
        if old.approvals != new.approvals {
            // A majority is counted with or without authors, so the two are tried together.
            let mark = self.mark(in: .approvals) { policy in
                policy.approvals = new.approvals
                policy.separatesDuties = new.separatesDuties
            }
            let words = [old, new].map(PolicyStrictness.approvals)
            differences.append(
                PolicyDifference(part: .approvals, mark: mark, text: "approvals: \(words[1]), where it was \(words[0])"))
        }
        return differences
            + difference(.mutations, \.mutations, "what may not be changed") { $0.isEmpty ? "nothing" : PhraseText.quoted($0.map { Text($0.title) }) }
            + difference(.duties, \.separatesDuties, "authors") { $0 ? "never count" : "may approve their own versions" }
            + difference(.expiry, \.approvalDays, "approvals count for") { PhraseText.counted($0, "day", "days") }
    }
}
