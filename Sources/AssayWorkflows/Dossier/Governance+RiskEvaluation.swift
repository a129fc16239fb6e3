package import AssayJSON
import AssayStore
package import AssayTerms

/// The risk evaluation of a model: one paper of ten sections, filled in step by step, signed for by groups of stakeholders.
extension Governance {
    private static let evaluationState: Text = "standing"

    /// The model's evaluation and the paper it stands in; nothing filled in and no paper where there is none.
    ///
    /// - Throws: `notFound` for the model.
    package func riskEvaluation(ofModel name: Text) async throws -> (evaluation: RiskEvaluation, paper: Paper?) {
        try await store.read { tx in
            let model = try tx.existingModel(named: name)
            let paper = try self.evaluationPaper(ofModel: model.id, tx)
            return (try self.evaluation(paper, ofModel: model.id, tx), paper)
        }
    }

    /// Fills in fields of one section; `null` empties one. What was signed for before is to be signed for again.
    ///
    /// - Throws: `notFound` for the model; `invalidArgument` for a field or value that the section does not take.
    package func evaluateRisk(
        ofModel name: Text, section: EvaluationSection, _ members: JSONObject, by principal: Principal
    ) async throws -> (evaluation: RiskEvaluation, paper: Paper) {
        let address = try PaperAddress(model: name)
        try requireSigner(principal, .editDraft, about: address, for: "A risk evaluation")
        guard !members.isEmpty else {
            let fields = section.form.fields.map { "'\($0.name)' (\($0.sentence))" }.joined(separator: ", ")
            throw AssayError(.invalidArgument, "The section '\(section.rawValue)' takes \(fields).")
        }
        return try await store.write { tx in
            let subject = try address.subject(tx)
            let model = try tx.existingModel(named: name).id
            let paper = try self.evaluationPaper(ofModel: model, tx)
            let before = try self.evaluation(paper, ofModel: model, tx)
            var fields = before.fields(of: section)
            for (field, value) in members.members where value.isNull {
                fields[field] = nil
                fields[field + "_id"] = nil
            }
            for (field, value) in try section.form.read(members, person: { try self.person(named: $0, tx) }).members { fields[field] = value }
            let content = RiskEvaluation.content(sections: before.sections(with: fields, in: section), signOffs: before.signOffs)
            let kept = try paper.map { try self.revise($0, content, event: "filled-in", by: principal, tx) }
                ?? self.insert(.evaluation, about: subject, state: Self.evaluationState, content, event: "filled-in", by: principal, tx)
            return (try self.evaluation(kept, ofModel: model, tx), kept)
        }
    }

    /// Signs for a group of stakeholders what the sections say now.
    ///
    /// One person signs for one group, and nobody who made a version of the model.
    ///
    /// - Throws: `permissionDenied` for authors; `conflict` without an evaluation, for a group that it does not ask, and for somebody
    ///   who signed for another group.
    package func signOffRisk(
        ofModel name: Text, group: StakeholderGroup, statement: Text, by principal: Principal
    ) async throws -> (evaluation: RiskEvaluation, paper: Paper) {
        let address = try PaperAddress(model: name)
        let statement = try Self.reason(statement)
        try requireSigner(principal, .attest, about: address, for: "A sign-off")
        return try await store.write { tx in
            let subject = try address.subject(tx)
            let model = try tx.existingModel(named: name).id
            guard let paper = try self.evaluationPaper(ofModel: model, tx) else {
                throw AssayError(.conflict, "There is no risk evaluation of \(name) to sign. Fill it in first: assay risk evaluate")
            }
            guard try !self.authors(of: subject, tx).contains(Text(principal.id)) else {
                throw AssayError(.permissionDenied, "\(principal.name) made a version of \(name); somebody else has to sign for a group.")
            }
            let before = try self.evaluation(paper, ofModel: model, tx)
            let asked = before.fields(of: .stakeholders)["groups"]?.array ?? []
            guard asked.contains(.string(group.rawValue)) else {
                throw AssayError(.conflict, "The evaluation does not ask for the group \(group.rawValue).")
            }
            var signOffs = before.signOffs.filter(before.counts)
            if let other = signOffs.first(where: { $0.signerID == Text(principal.id) && $0.group != group }) {
                throw AssayError(.conflict, "\(principal.name) signed for \(other.group.rawValue) already; one person signs for one group.")
            }
            signOffs.removeAll { $0.group == group }
            signOffs.append(
                RiskEvaluation.SignOff(
                    group: group, signerID: Text(principal.id), signer: principal.name, statement: Text(statement), digest: before.digest))
            let content = RiskEvaluation.content(sections: before.allSections, signOffs: signOffs)
            let kept = try self.revise(paper, content, event: "signed-off", by: principal, tx)
            return (try self.evaluation(kept, ofModel: model, tx), kept)
        }
    }

    private func evaluationPaper(ofModel id: String, _ tx: any StoreSnapshot) throws -> Paper? {
        try tx.papers(PaperQuery(.evaluation, modelID: id, isInForce: true, limit: 1)).first.map { try Paper($0, tx) }
    }

    func evaluation(_ paper: Paper?, ofModel id: String, _ tx: any StoreSnapshot) throws -> RiskEvaluation {
        let risks = try tx.papers(PaperQuery(.risk, modelID: id, limit: 1))
        return try RiskEvaluation(
            paper?.content, hasRisks: !risks.isEmpty, changed: paper?.record.changedMilliseconds ?? now, at: now)
    }
}
