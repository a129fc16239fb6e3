package import AssayJSON
import AssayStore
package import AssayTerms

/// Findings: what is wrong with a model or a version, who mends it, and by when.
///
/// An open finding keeps versions out of gated places once it is overdue, and at once where the policy says so of its severity
/// (`blocking-findings`; critical ones always). It is not edited: date and severity stay what they were when it was opened.
extension Governance {
    package enum FindingState {
        package static let open: Text = "open"
        package static let closed: Text = "closed"
    }

    private static let findingForm = PaperForm(
        "A finding",
        [
            .init("title", .text(PaperForm.lineLimit), isRequired: true, "what is wrong, in one line"),
            .init("severity", .word(Severity.allCases.map(\.rawValue)), isRequired: true, "how bad it is"),
            .init("due", .time, isRequired: true, "by when it has to be mended"),
            .init("owner", .person, isRequired: true, "who mends it"),
            .init("text", .text(PaperForm.documentLimit), "what was found, and how"),
            .init("evidence", .text(PaperForm.lineLimit), "where it is shown: a claim, a run, a record"),
        ])

    /// What became of a finding.
    package static let resolutions = ["mended", "not-a-fault", "accepted"]

    /// Opens a finding.
    ///
    /// - Parameter members: as the form has them.
    /// - Throws: `permissionDenied` for nobody named, `invalidArgument` for a wrong form or one that is about no model.
    package func openFinding(about address: PaperAddress, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        try requireSigner(principal, .attest, about: address, for: "A finding")
        guard address.model != nil else { throw AssayError(.invalidArgument, "A finding is about a 'model', or a 'version' of one.") }
        return try await store.write { tx in
            let content = try Self.findingForm.read(members) { try self.person(named: $0, tx) }
            return try self.insert(
                .finding, type: Text(content["severity"]?.string ?? ""), about: address.subject(tx), state: FindingState.open, content,
                event: "opened", by: principal, tx)
        }
    }

    /// Closes a finding. Whoever has to mend it, or made what it is about, does not say that it is mended.
    ///
    /// - Parameter resolution: one of ``resolutions``.
    /// - Throws: `permissionDenied` for the owner, for authors, and for people who may not approve; `conflict` for one that is closed.
    package func closeFinding(
        id: String, resolution: Text, reason: Text, by principal: Principal
    ) async throws -> Paper {
        let reason = try Self.reason(reason)
        guard Self.resolutions.contains(resolution.string) else {
            throw AssayError(.invalidArgument, "'resolution' is one of \(Self.resolutions.joined(separator: ", ")).")
        }
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .finding, tx)
            try self.requireSigner(principal, .approve, about: try paper.address, for: "Closing a finding")
            try Self.requireInForce(paper)
            guard paper.text("owner_id") != principal.id else {
                throw AssayError(
                    .permissionDenied, "The finding is \(principal.name)'s to mend; somebody else has to find that it is mended.")
            }
            guard try !self.authors(of: paper.record.subject, tx).contains(Text(principal.id)) else {
                throw AssayError(
                    .permissionDenied, "\(principal.name) made what the finding is about; somebody else has to close it.")
            }
            var content = paper.content
            content["resolution"] = .string(resolution.string)
            content["closed_because"] = .string(reason)
            content["closed_by"] = .string(principal.name.string)
            content["closed_by_id"] = .string(principal.id)
            return try self.revise(paper, state: FindingState.closed, isInForce: false, content, event: "closed", by: principal, tx)
        }
    }
}
