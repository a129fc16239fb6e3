package import AssayTerms

/// What of a framework's controls is covered for one version on one day. It is an aid: whether a law is kept to is nothing that a
/// program can tell.
package struct ControlCoverage: Sendable {
    package var framework: ControlFramework
    package var asOf: CalendarDate
    package var roles: [Text]?
    package var classes: [Text]?
    /// What says which controls apply beside the day; `nil` where nobody classified the model.
    package var basis: String?
    /// In the order of the framework.
    package var findings: [ControlFinding]
    /// Those that some finding names, by number.
    package var uncertainties: [OpenUncertainty]

    /// How many controls stand so.
    package func count(_ state: ControlFinding.State) -> Int { findings.count { $0.state == state } }

    /// - Parameters:
    ///   - asOf: the day whose obligations count.
    ///   - facts: of the version, as they stand.
    /// - Complexity: O(controls × evidence codes of each × claims and records).
    package init(of framework: ControlFramework, in catalogue: ControlCatalogue, asOf: CalendarDate, facts: ControlFacts) {
        self.framework = framework
        self.asOf = asOf
        roles = facts.roles?.sorted()
        classes = facts.classes?.sorted()
        basis = facts.scope?.title
        let findings = framework.controls.map { Self.finding($0, in: catalogue, asOf: asOf, facts: facts) }
        self.findings = findings
        let named = Set(findings.filter { $0.state != .notApplicable }.flatMap(\.control.uncertainties))
        uncertainties = catalogue.uncertainties.filter { named.contains($0.id) }
    }

    private static func finding(
        _ control: Control, in catalogue: ControlCatalogue, asOf: CalendarDate, facts: ControlFacts
    ) -> ControlFinding {
        var parts = control.evidence.map { part($0, in: catalogue, asOf: asOf, facts: facts) }
        if let sentence = control.attestation {
            let signed = facts.attestations.filter { $0.about == .control(control.id) }
            parts.append(
                .init(
                    code: nil, title: sentence, signed: signed, asOf: asOf, lack: "nobody has signed it"))
        }
        if let (state, reason) = applicability(of: control, asOf: asOf, facts: facts) {
            return ControlFinding(control: control, state: state, reason: reason, parts: parts)
        }
        guard parts.allSatisfy({ !$0.proofs.isEmpty }) else {
            let shown = parts.count { !$0.proofs.isEmpty }
            return ControlFinding(
                control: control, state: .missing, reason: shown == 0 ? nil : "\(shown) of \(parts.count) parts are shown", parts: parts)
        }
        let isAttested = parts.contains { $0.proofs.allSatisfy(\.isAttested) }
        return ControlFinding(control: control, state: isAttested ? .attestation : .evidence, reason: nil, parts: parts)
    }

    /// Why a control is not looked at on that day for that version; `nil` for one that applies.
    private static func applicability(
        of control: Control, asOf: CalendarDate, facts: ControlFacts
    ) -> (ControlFinding.State, String)? {
        if let until = control.until, asOf >= until { return (.notApplicable, "it ended on \(until)") }
        if control.status == .proposed { return (.notYetInForce, "it is a proposal, and no law") }
        if let roles = facts.roles, roles.isDisjoint(with: control.roles) {
            return (.notApplicable, "it binds \(list(control.roles)), and the report is for \(list(roles.sorted()))")
        }
        if let outside = outside(of: facts, control) { return outside }
        if control.status == .underRescission {
            return (.uncertain, "it is being withdrawn, and whether that has happened needs legal confirmation")
        }
        if let start = control.start(for: facts.classes ?? facts.scope?.classes(of: control.framework)), asOf < start {
            if let formal = control.formalDate, asOf >= formal {
                return (
                    .uncertain,
                    "by its letter it applies from \(formal), and what it rests on from \(start); which counts needs legal confirmation"
                )
            }
            return (.notYetInForce, "it applies from \(start)")
        }
        return nil
    }

    /// Why the system is not of the kind the control is about; `nil` for one that is.
    ///
    /// What somebody says of the classes goes before what the classification says of them, and nothing goes before what it says of
    /// frameworks.
    private static func outside(of facts: ControlFacts, _ control: Control) -> (ControlFinding.State, String)? {
        if let scope = facts.scope, scope.frameworks.contains(control.framework) {
            guard let isOpen = scope.brings[control.framework] else {
                return (.notApplicable, "by \(scope.title) the model is of no use or place that \(control.framework) is about")
            }
            if isOpen { return (.uncertain, "\(scope.title) leaves open whether \(control.framework) applies") }
        }
        guard !control.classes.isEmpty else { return nil }
        if let classes = facts.classes {
            guard classes.isDisjoint(with: control.classes) else { return nil }
            return (.notApplicable, "it is about \(list(control.classes)), and the system is \(list(classes.sorted()))")
        }
        guard let scope = facts.scope, scope.frameworks.contains(control.framework) else { return nil }
        let brought = control.classes.compactMap { scope.brings[Text("\(control.framework)/\($0)")] }
        if brought.isEmpty { return (.notApplicable, "it is about \(list(control.classes)), and by \(scope.title) the system is none of these") }
        if brought.allSatisfy(\.self) { return (.uncertain, "\(scope.title) leaves open whether the system is \(list(control.classes))") }
        return nil
    }

    private static func list(_ words: [Text]) -> String { words.map(\.string).joined(separator: ", ") }

    private static func part(
        _ id: Text, in catalogue: ControlCatalogue, asOf: CalendarDate, facts: ControlFacts
    ) -> ControlFinding.Part {
        guard let code = catalogue.code(id) else {
            return .init(code: id, title: id, proofs: [], lack: "there is no such evidence code")
        }
        var proofs: [ControlFinding.Part.Proof] = []
        var hindrance: String?
        var breaksPolicy = false
        for claim in facts.claims.sorted(by: { $0.digest < $1.digest }) {
            let verdicts = claim.checks.filter { code.isShown(byCheck: $0.key) }
            if verdicts.isEmpty { continue }
            if let (id, _) = verdicts.filter({ $0.value == .unmet }).min(by: { $0.key < $1.key }) {
                breaksPolicy = true
                hindrance = "there is evidence, and a policy in force is not met by it: \(id)"
            } else if claim.provenance == .supplied {
                hindrance = hindrance ?? "there is evidence, and it is what the submitter gave"
            } else if verdicts.values.allSatisfy({ $0 == .undefined }) {
                hindrance = hindrance ?? "there is evidence, and it has no value"
            } else {
                proofs.append(.claim(claim.digest, provenance: claim.provenance, link: claim.link))
            }
        }
        // One statement that breaks a policy is not made good by another that somebody likes better.
        if breaksPolicy { proofs = [] }
        proofs += facts.records.filter { code.records.contains($0.kind) }.map { .record($0) }
        let signed = facts.attestations.filter { $0.about == .code(id) }
        proofs += signed.filter { $0.counts(on: asOf) }.map { .attestation($0) }
        guard proofs.isEmpty else { return .init(code: id, title: code.title, proofs: proofs, lack: nil) }
        let lack = hindrance
            ?? (signed.isEmpty
                ? (code.isProduced ? "none about this version" : "nothing here produces it; somebody attests it")
                : "what was signed does not count on \(asOf)")
        return .init(code: id, title: code.title, proofs: [], lack: lack)
    }
}

extension ControlFinding.Part {
    fileprivate init(code: Text?, title: Text, signed: [ControlFacts.Attestation], asOf: CalendarDate, lack: String) {
        let counting = signed.filter { $0.counts(on: asOf) }
        self.init(
            code: code, title: title, proofs: counting.map { .attestation($0) },
            lack: counting.isEmpty ? (signed.isEmpty ? lack : "what was signed does not count on \(asOf)") : nil)
    }
}
