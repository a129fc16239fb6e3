package import AssayJSON
import AssayStore
package import AssayTerms

/// Design decisions: why a model has these features, this algorithm, these hyperparameters.
extension Governance {
    private static let decisionState: Text = "standing"
    private static let supersededDecision: Text = "superseded"

    package static let decisionTopics = ["algorithm", "architecture", "data", "evaluation", "features", "hyperparameters", "other", "threshold"]

    private static let decisionForm = PaperForm(
        "A design decision",
        [
            .init("topic", .word(decisionTopics), isRequired: true, "what it is about"),
            .init("title", .text(PaperForm.lineLimit), isRequired: true, "what was chosen, in one line"),
            .init("reasons", .text(PaperForm.documentLimit), isRequired: true, "why"),
            .init("alternatives", .list(.text(PaperForm.lineLimit)), "what else was looked at"),
            .init("consequences", .text(PaperForm.documentLimit), "what follows from it, for better and worse"),
            .init("evidence", .text(PaperForm.lineLimit), "where it is shown: a run, a notebook, a claim"),
            .init("supersedes", .paper, "the decision it takes the place of"),
        ])

    /// Records a decision about a model or one of its versions.
    ///
    /// - Throws: `permissionDenied` for nobody named; `invalidArgument` for a wrong form, and one about no model; `conflict` for one
    ///   that supersedes a decision about something else, or one that is superseded.
    package func recordDecision(about address: PaperAddress, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        try requireSigner(principal, .editDraft, about: address, for: "A design decision")
        guard address.model != nil else {
            throw AssayError(.invalidArgument, "A design decision is about a 'model', or a 'version' of one.")
        }
        return try await store.write { tx in
            let subject = try address.subject(tx)
            let content = try Self.decisionForm.read(members) { try self.person(named: $0, tx) }
            if let id = content["supersedes"]?.string {
                let earlier = try self.existingPaper(id, .decision, tx)
                try Self.requireInForce(earlier)
                guard earlier.record.subject.modelID == subject.modelID, earlier.text("topic") == content["topic"]?.string else {
                    throw AssayError(.conflict, "The decision \(id) is about another model or topic; this one cannot supersede it.")
                }
                _ = try self.revise(earlier, state: Self.supersededDecision, isInForce: false, event: "superseded", by: principal, tx)
            }
            return try self.insert(
                .decision, type: Text(content["topic"]?.string ?? ""), about: subject, state: Self.decisionState, content, event: "made",
                by: principal, tx)
        }
    }

    /// Decisions that stand about a version, or about its model as a whole; the oldest first.
    package func decisions(ofVersion number: Int64, ofModel name: Text) async throws -> [Paper] {
        let papers = try await papers(.decision, about: try PaperAddress(model: name), inForceOnly: true)
        return papers.filter { $0.record.subject.version ?? number == number }.reversed()
    }
}
