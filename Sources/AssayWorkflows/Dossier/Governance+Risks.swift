package import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// The risk register: likelihood × impact, what is done about it, what is left, and how much of that its owner takes.
///
/// A risk whose residual score is above its appetite keeps the model's versions out of gated places until it is treated, or
/// accepted by somebody who may waive. An acceptance is for the scores as they stand, and until the review date.
extension Governance {
    package enum RiskState {
        package static let open: Text = "open"
        package static let accepted: Text = "accepted"
        package static let closed: Text = "closed"
    }

    package static let treatments = ["avoid", "reduce", "transfer", "take"]

    private static let riskForm = PaperForm(
        "A risk",
        [
            .init("title", .text(PaperForm.lineLimit), isRequired: true, "what may happen, in one line"),
            .init("category", .word(RiskCategory.allCases.map(\.rawValue)), isRequired: true, "what kind of harm"),
            .init("likelihood", .integer(1...5), isRequired: true, "how likely, from 1 to 5, before anything is done"),
            .init("impact", .integer(1...5), isRequired: true, "how bad, from 1 to 5, before anything is done"),
            .init("appetite", .integer(1...25), isRequired: true, "the highest residual score that is bearable"),
            .init("treatment", .word(treatments), isRequired: true, "what is done about it"),
            .init("owner", .person, isRequired: true, "who answers for it"),
            .init("review", .time, isRequired: true, "when it is looked at again"),
            .init("residual_likelihood", .integer(1...5), "how likely with the treatment; as before it without it"),
            .init("residual_impact", .integer(1...5), "how bad with the treatment; as before it without it"),
            .init("text", .text(PaperForm.documentLimit), "how it comes about, and what it does to whom"),
            .init("mitigation", .text(PaperForm.documentLimit), "what the treatment is"),
            .init("cost_benefit", .text(PaperForm.documentLimit), "what treating it costs, and what it saves"),
        ])

    /// Puts a risk into the register.
    ///
    /// - Throws: `permissionDenied` for nobody named; `invalidArgument` for a wrong form, one about no model, and a residual score
    ///   above the one before treatment.
    package func addRisk(about address: PaperAddress, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        try requireSigner(principal, .editDraft, about: address, for: "A risk")
        guard address.model != nil else { throw AssayError(.invalidArgument, "A risk is about a 'model', or a 'version' of one.") }
        return try await store.write { tx in
            let content = try self.scored(try Self.riskForm.read(members) { try self.person(named: $0, tx) })
            return try self.insert(
                .risk, type: Text(content["category"]?.string ?? ""), about: address.subject(tx), state: RiskState.open, content,
                event: "added", by: principal, tx)
        }
    }

    /// Changes fields of a risk; an acceptance that stood ends.
    ///
    /// A change after which the risk blocks no more is for somebody who neither owns it nor made what it is about.
    ///
    /// - Throws: `permissionDenied` as said; `conflict` for a risk that is closed.
    package func updateRisk(id: String, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        try await store.write { tx in
            let paper = try self.existingPaper(id, .risk, tx)
            try self.requireSigner(principal, .editDraft, about: try paper.address, for: "A change of a risk")
            try Self.requireInForce(paper)
            var merged: JSONObject = [:]
            for field in Self.riskForm.fields { merged[field.name] = members[field.name] ?? paper.content[field.name] }
            for (name, value) in members.members { merged[name] = value }
            let content = try self.scored(try Self.riskForm.read(merged) { try self.person(named: $0, tx) })
            guard content["category"] == paper.content["category"] else {
                throw AssayError(.conflict, "A risk stays of its category; close it and add another.")
            }
            if try Self.isAboveAppetite(paper), try !Self.isAboveAppetite(content, paper) {
                try self.requireOutsider(principal, of: paper, to: "lower a risk to its appetite", tx)
            }
            return try self.revise(paper, state: RiskState.open, content, event: "changed", by: principal, tx)
        }
    }

    /// Accepts what is left of a risk although it is above its appetite.
    ///
    /// - Throws: `permissionDenied` for the owner, for authors and people who may not waive; `conflict` where it is not above.
    package func acceptRisk(id: String, reason: Text, by principal: Principal) async throws -> Paper {
        let reason = try Self.reason(reason)
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .risk, tx)
            try self.requireSigner(principal, .waive, about: try paper.address, for: "The acceptance of a risk")
            try Self.requireInForce(paper)
            guard try Self.isAboveAppetite(paper) else {
                throw AssayError(.conflict, "The risk \(id) is within its appetite; there is nothing to accept.")
            }
            guard let review = paper.milliseconds("review"), review > self.now else {
                throw AssayError(.conflict, "The review date of the risk \(id) is past. Look at it again first: assay risk update \(id) --review …")
            }
            try self.requireOutsider(principal, of: paper, to: "accept it", tx)
            var content = paper.content
            content["accepted_because"] = .string(reason)
            content["accepted_by"] = .string(principal.name.string)
            content["accepted_by_id"] = .string(principal.id)
            return try self.revise(paper, state: RiskState.accepted, content, event: "accepted", by: principal, tx)
        }
    }

    /// Closes a risk that is none any more.
    ///
    /// - Throws: `permissionDenied` for the owner, for authors and people who may not approve; `conflict` for one that is closed.
    package func closeRisk(id: String, reason: Text, by principal: Principal) async throws -> Paper {
        let reason = try Self.reason(reason)
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .risk, tx)
            try self.requireSigner(principal, .approve, about: try paper.address, for: "Closing a risk")
            try Self.requireInForce(paper)
            try self.requireOutsider(principal, of: paper, to: "close it", tx)
            var content = paper.content
            content["closed_because"] = .string(reason)
            return try self.revise(paper, state: RiskState.closed, isInForce: false, content, event: "closed", by: principal, tx)
        }
    }

    // MARK: - Scores

    /// Writes down both scores.
    private func scored(_ content: JSONObject) throws(AssayError) -> JSONObject {
        var content = content
        let likelihood = content["likelihood"]?.integer ?? 0
        let impact = content["impact"]?.integer ?? 0
        let residual = (content["residual_likelihood"]?.integer ?? likelihood) * (content["residual_impact"]?.integer ?? impact)
        guard residual <= likelihood * impact else {
            throw AssayError(.invalidArgument, "What is left after treatment (\(residual)) is more than there was before (\(likelihood * impact)).")
        }
        content["score"] = .integer(likelihood * impact)
        content["residual"] = .integer(residual)
        return content
    }

    /// What the gate is told of a risk; `nil` where it does not block.
    func blockingRisk(_ paper: Paper) throws(AssayError) -> DossierFacts.Risk? {
        guard try Self.isAboveAppetite(paper) else { return nil }
        let isAccepted = paper.record.state == RiskState.accepted && (paper.milliseconds("review") ?? 0) > now
        guard !isAccepted else { return nil }
        return DossierFacts.Risk(
            id: Text(paper.record.id), title: Text(paper.text("title") ?? ""), residual: Int(paper.content["residual"]?.integer ?? 0),
            appetite: Int(paper.content["appetite"]?.integer ?? 0))
    }

    private static func isAboveAppetite(_ paper: Paper) throws(AssayError) -> Bool { try isAboveAppetite(paper.content, paper) }

    private static func isAboveAppetite(_ content: JSONObject, _ paper: Paper) throws(AssayError) -> Bool {
        guard let residual = content["residual"]?.integer, let appetite = content["appetite"]?.integer else { throw corrupt(paper) }
        return residual > appetite
    }

    /// - Throws: `permissionDenied` for the owner of a risk and for whoever made what it is about.
    private func requireOutsider(_ principal: Principal, of paper: Paper, to what: String, _ tx: any StoreSnapshot) throws {
        let isAuthor = try authors(of: paper.record.subject, tx).contains(Text(principal.id))
        guard !isAuthor, paper.text("owner_id") != principal.id else {
            throw AssayError(
                .permissionDenied, "\(principal.name) \(isAuthor ? "made what the risk is about" : "owns the risk"); somebody else has to \(what).")
        }
    }
}
