import AssayCanonical
package import AssayJSON
package import AssayTerms

/// A model's risk evaluation, read: what is there, and what is not.
package struct RiskEvaluation: Sendable {
    /// One person's word for a group of stakeholders, about exactly what the sections said.
    package struct SignOff: Hashable, Sendable {
        package let group: StakeholderGroup
        package let signerID: Text
        package let signer: Text
        package let statement: Text
        /// Of all sections as they were.
        let digest: Text
    }

    /// By section, in the form of each.
    private let sections: JSONObject
    package let signOffs: [SignOff]
    /// Of all sections as they are: what a sign-off is bound to.
    let digest: Text
    /// Whether the model has a risk in the register.
    private let hasRisks: Bool
    /// Since when it is to be evaluated anew, in words; `nil` while it is not.
    private let overdue: String?

    /// What has been filled in, which is nothing without `content`.
    ///
    /// - Parameters:
    ///   - changed: when it was last filled in or signed; its period of re-evaluation begins there.
    ///   - moment: for which it is asked whether that period is over.
    /// - Throws: `corrupt` for what ``content(sections:signOffs:)`` did not write.
    init(_ content: JSONObject?, hasRisks: Bool, changed: Int64, at moment: Int64) throws(AssayError) {
        sections = content?["sections"]?.object ?? [:]
        let days = sections[EvaluationSection.monitoring.rawValue]?["reevaluation_days"]?.integer
        let due = days.map { changed + $0 * 86_400_000 }
        overdue = due.flatMap { $0 <= moment ? Governance.time($0) : nil }
        digest = try Self.digest(of: sections)
        self.hasRisks = hasRisks
        var signOffs: [SignOff] = []
        for value in content?["sign_offs"]?.array ?? [] {
            guard let group = value["group"]?.string.flatMap(StakeholderGroup.init), let id = value["signer_id"]?.string,
                let signer = value["signer"]?.string, let statement = value["statement"]?.string, let digest = value["digest"]?.string
            else { throw AssayError(.corrupt, "A stored sign-off cannot be read. Restore the database.") }
            signOffs.append(
                SignOff(group: group, signerID: Text(id), signer: Text(signer), statement: Text(statement), digest: Text(digest)))
        }
        self.signOffs = signOffs
    }

    static func content(sections: JSONObject, signOffs: [SignOff]) -> JSONObject {
        [
            "sections": .object(sections),
            "sign_offs": .array(
                signOffs.map { one in
                    [
                        "group": .string(one.group.rawValue), "signer_id": .string(one.signerID.string), "signer": .string(one.signer.string),
                        "statement": .string(one.statement.string), "digest": .string(one.digest.string),
                    ]
                }),
        ]
    }

    private static func digest(of sections: JSONObject) throws(AssayError) -> Text {
        Text(SHA256Hasher.digest(of: try JSONValue.object(sections).canonicalBytes()).hex)
    }

    var allSections: JSONObject { sections }

    package func fields(of section: EvaluationSection) -> JSONObject { sections[section.rawValue]?.object ?? [:] }

    /// The same with other fields in one section.
    func sections(with fields: JSONObject, in section: EvaluationSection) -> JSONObject {
        var sections = sections
        sections[section.rawValue] = .object(fields)
        return sections
    }

    /// Whether a sign-off is about what the sections say now.
    package func counts(_ signOff: SignOff) -> Bool { signOff.digest == digest }

    /// What a section lacks, in words; empty for a complete one.
    package func missing(in section: EvaluationSection) -> [String] {
        let fields = fields(of: section)
        var missing = section.form.fields.map(\.name).filter { fields[$0] == nil }
        switch section {
        case .stakeholders: missing += missingSignOffs(fields)
        case .monitoring: if let overdue { missing.append("an evaluation anew, due since \(overdue)") }
        case .documentation where !hasRisks: missing.append("a risk in the register")
        case .objectives, .risks, .testing, .fairness, .scores, .mitigations, .documentation, .governance: break
        }
        return missing
    }

    /// In the order of the sections.
    package var openSections: [EvaluationSection] { EvaluationSection.allCases.filter { !missing(in: $0).isEmpty } }

    /// One person signs for one group.
    private func missingSignOffs(_ fields: JSONObject) -> [String] {
        let groups = (fields["groups"]?.array ?? []).compactMap { $0.string.flatMap(StakeholderGroup.init) }
        if fields["groups"] != nil, Set(groups).count < 2 { return ["at least two groups"] }
        let signed = Set(signOffs.filter(counts).map(\.group))
        return StakeholderGroup.allCases.filter { groups.contains($0) && !signed.contains($0) }.map { "a sign-off of \($0.rawValue)" }
    }
}
