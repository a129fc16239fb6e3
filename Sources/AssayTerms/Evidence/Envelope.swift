/// One signed-to-be statement of results for subjects and inputs by digest: an in-toto Statement v1 in values.
///
/// AssayCanonical writes it as JSON and derives the claim digest; the layout is design.md §5's.
package struct Envelope: Sendable {
    /// What the statement is about, named by digest.
    package struct Subject: Hashable, Sendable {
        package var name: Text
        package var digest: SHA256Digest
        package init(name: Text, digest: SHA256Digest) {
            self.name = name
            self.digest = digest
        }
    }

    package struct Input: Hashable, Sendable {
        /// `data`, `model`, `background`, `policy`.
        package var role: String
        package var name: Text
        package var digest: SHA256Digest
        package var rows: Int?
        package init(role: String, name: Text, digest: SHA256Digest, rows: Int? = nil) {
            self.role = role
            self.name = name
            self.digest = digest
            self.rows = rows
        }
    }

    /// A value of `parameters`, what the caller asked for, or of a result's details.
    package indirect enum Parameter: Hashable, Sendable {
        case text(Text)
        case number(Double)
        case integer(Int64)
        case flag(Bool)
        case list([Parameter])
        /// Sorted by name when written.
        case object([Text: Parameter])
    }

    package var subjects: [Subject]
    package var engineVersion: String
    /// RFC 3339, UTC, seconds. Not part of the claim.
    package var computedAt: String
    package var provenance: Provenance
    package var inputs: [Input]
    /// Sorted by name when written.
    package var parameters: [Text: Parameter]
    package var results: [CheckResult]
    /// `nil` where predictions are this program's own reading of the model, or none of its doing. Not part of the claim.
    package var scorer: ScorerOrigin?
    /// `nil` where nobody says. Not part of the claim.
    package var build: BuildOrigin?
    /// For which evaluator the server signed, on the word of a workflow's token; `nil` for what the server computed, and for what
    /// an evaluator signed with a key of its own. Not part of the claim.
    package var evaluator: Text?

    package init(
        subjects: [Subject], engineVersion: String, computedAt: String, provenance: Provenance, inputs: [Input],
        parameters: [Text: Parameter], results: [CheckResult]
    ) {
        self.subjects = subjects
        self.engineVersion = engineVersion
        self.computedAt = computedAt
        self.provenance = provenance
        self.inputs = inputs
        self.parameters = parameters
        self.results = results
    }
}
