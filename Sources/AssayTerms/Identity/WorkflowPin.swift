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

    private static let longest = 1024
    private static let mostClaims = 16
    /// Any one claim of each group says what the group is about, by the names that GitHub and GitLab give them.
    private static let groups: [(what: String, claims: Set<Text>)] = [
        ("the repository", ["repository", "repository_id", "project_path", "project_id"]),
        ("the workflow", ["workflow_ref", "job_workflow_ref", "ci_config_ref_uri"]),
        ("the branch or tag", ["ref", "ref_path"]),
    ]
    /// Subjects in forms that leave the workflow open.
    private static let openSubjects = ["repo:", "project_path:"]

    /// As the provider writes itself in its tokens: an address.
    package let issuer: Text
    /// Whom its tokens must be made out to: one server, so that no other can hand them on.
    package let audience: Text
    /// By name, without repeats.
    package let claims: [Claim]

    /// - Throws: `invalidArgument` for an empty or overlong word, a claim that is named twice or checked anyway, or claims that
    ///   leave repository, workflow or branch open. For other CI systems `sub` alone does, if it names all three.
    package init(issuer: Text, audience: Text, claims: [Claim]) throws(AssayError) {
        func refusal(_ words: String) -> AssayError { AssayError(.invalidArgument, words) }
        for (name, text) in [("issuer", issuer), ("audience", audience)] {
            guard (1...Self.longest).contains(text.utf8Count) else {
                throw refusal("A workflow's \(name) has 1 to \(Self.longest) bytes.")
            }
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
        }
        let names = Set(sorted.map(\.name))
        let subject = sorted.first { $0.name == "sub" }?.value.string
        let isWhole = subject.map { text in !Self.openSubjects.contains { text.hasPrefix($0) } } ?? false
        if !isWhole {
            for group in Self.groups where names.isDisjoint(with: group.claims) {
                throw refusal(
                    "The claims leave \(group.what) open, so that anybody who may start some workflow could sign: pin one of "
                        + group.claims.map(\.string).sorted().joined(separator: ", ") + ".")
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
    /// - Parameter claim: what the token says under a name, as text; `nil` where it says nothing or something that is no text.
    package func objection(to claim: (Text) -> Text?) -> String? {
        for pinned in claims where claim(pinned.name) != pinned.value { return "another '\(pinned.name)'" }
        if let word = claim("ref_protected"), word != "true" { return "the branch is not protected" }
        return nil
    }
}
