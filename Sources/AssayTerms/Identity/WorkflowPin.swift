/// Which runs of a CI system speak for an evaluator: what the tokens of their identity provider (OpenID Connect) must say.
///
/// Every claim that is named is compared in full, never by pattern. Repository, workflow and branch must all be named, since
/// whoever may start any workflow on any branch of a repository writes what it hands in.
package struct WorkflowPin: Hashable, Sendable {
    package struct Claim: Hashable, Sendable {
        package let name: Text
        package let value: Text

        package init(name: Text, value: Text) {
            self.name = name
            self.value = value
        }
    }

    /// What a token says under a name.
    package enum Said: Hashable, Sendable {
        case nothing
        case text(Text)
        /// A list, an object, a fraction, `null`: nothing that a pin could be equal to.
        case other
    }

    private static let longest = 1024
    private static let mostClaims = 16
    /// Any one claim of each group says what the group is about, by the names that GitHub and GitLab give them.
    private static let groups: [(what: String, claims: Set<Text>)] = [
        ("the repository", ["repository", "repository_id", "project_path", "project_id"]),
        ("the workflow", ["workflow_ref", "job_workflow_ref", "ci_config_ref_uri"]),
        ("the branch or tag", ["ref", "ref_path"]),
    ]

    /// As the provider writes itself in its tokens: an address.
    package let issuer: Text
    /// Whom its tokens must be made out to: one server, so that no other can hand them on.
    package let audience: Text
    /// By name, without repeats.
    package let claims: [Claim]

    /// - Throws: `invalidArgument` for a word that is empty, overlong or of several lines, a claim that is named twice or checked
    ///   anyway, or claims that leave repository, workflow or branch open. `sub` alone does only where it is a job's address, as
    ///   Jenkins writes it: those of GitHub and GitLab are made of whatever parts their projects choose.
    package init(issuer: Text, audience: Text, claims: [Claim]) throws(AssayError) {
        func refusal(_ words: String) -> AssayError { AssayError(.invalidArgument, words) }
        for (name, text) in [("issuer", issuer), ("audience", audience)] {
            guard (1...Self.longest).contains(text.utf8Count) else {
                throw refusal("A workflow's \(name) has 1 to \(Self.longest) bytes.")
            }
            guard !Self.hasControls(text) else { throw refusal("A workflow's \(name) has no line breaks and no control characters.") }
        }
        guard let url = try? OutgoingURL(issuer), url.isTrustworthy else {
            throw refusal("The issuer is '\(issuer)'; what it says is trusted, so it is asked over https, but for one on this machine.")
        }
        guard (1...Self.mostClaims).contains(claims.count) else {
            throw refusal("A workflow is pinned by 1 to \(Self.mostClaims) claims of its token, such as repository=OWNER/NAME.")
        }
        let sorted = claims.sorted { $0.name < $1.name }
        for (claim, next) in zip(sorted, sorted.dropFirst()) where claim.name == next.name {
            throw refusal("The claim '\(claim.name)' is given twice.")
        }
        for claim in sorted {
            guard !["iss", "aud", "exp", "nbf", "iat", "jti"].contains(claim.name.string) else {
                throw refusal("The claim '\(claim.name)' is checked by itself; pin what says which workflow it is.")
            }
            guard (1...Self.longest).contains(claim.name.utf8Count), (1...Self.longest).contains(claim.value.utf8Count) else {
                throw refusal("A claim is NAME=VALUE, each of 1 to \(Self.longest) bytes.")
            }
            guard !Self.hasControls(claim.name), !Self.hasControls(claim.value) else {
                throw refusal("A claim has no line breaks and no control characters.")
            }
        }
        let names = Set(sorted.map(\.name))
        let subject = sorted.first { $0.name == "sub" }?.value
        if !(subject.map(Self.isJob) ?? false) {
            let hint = subject == nil ? "" : " The subject (sub) does alone only where it is a job's own address, https://HOST/JOB."
            for group in Self.groups where names.isDisjoint(with: group.claims) {
                throw refusal(
                    "The claims leave \(group.what) open, so that anybody who may start some workflow could sign: pin one of "
                        + group.claims.map(\.string).sorted().joined(separator: ", ") + "." + hint)
            }
        }
        self.issuer = issuer
        self.audience = audience
        self.claims = sorted
    }

    /// Why a verified token is not of such a run, in words for the log; `nil` if it is.
    ///
    /// A token that says whether its branch is protected (`ref_protected`) must say that it is, whatever is pinned.
    ///
    /// - Parameter said: what the token says under a name, numbers and truth values as they would be written.
    package func objection(to said: (Text) -> Said) -> String? {
        for pinned in claims where said(pinned.name) != .text(pinned.value) { return "another '\(pinned.name)'" }
        switch said("ref_protected") {
        case .nothing, .text("true"): return nil
        case .text, .other: return "the branch is not protected"
        }
    }

    /// Whether a subject is the address of something at a host, and not of the host.
    private static func isJob(_ subject: Text) -> Bool {
        guard ["https://", "http://"].contains(where: { subject.string.utf8.starts(with: $0.utf8) }) else { return false }
        return (try? OutgoingURL(subject)).map { $0.target.utf8.count > 1 } ?? false
    }

    private static func hasControls(_ text: Text) -> Bool {
        text.string.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
