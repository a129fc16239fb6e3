package import AssayTerms

/// All a decision rests on besides the policies: collected by the caller, nothing is looked up.
package struct GateFacts: Sendable {
    /// One signed statement about this version.
    package struct Evidence: Sendable {
        package var claim: SHA256Digest
        package var envelope: Envelope
        /// The evaluator outside of this server who signed it; `nil` for what the server signed itself.
        package var evaluator: Text?
        /// When the server computed it, or took it in: seconds since 1970. `nil` for what was computed for this very question.
        package var recordedAt: Int64?

        package init(claim: SHA256Digest, envelope: Envelope, evaluator: Text? = nil, recordedAt: Int64? = nil) {
            self.claim = claim
            self.envelope = envelope
            self.evaluator = evaluator
            self.recordedAt = recordedAt
        }
    }

    package struct Baseline: Sendable {
        /// The number of the version that is compared with.
        package var version: Text
        /// Of its files; `nil` where they are not frozen.
        package var manifest: SHA256Digest?
        package var evidence: [Evidence]
        /// Whether its values may be told: those of a model that readers of the decision need not see may not.
        package var isShown: Bool
        /// Why nothing can be compared with it, though it is there, in words that follow its name; `nil` where it can.
        package var problem: String?

        package init(
            version: Text, manifest: SHA256Digest? = nil, evidence: [Evidence], isShown: Bool = true, problem: String? = nil
        ) {
            self.problem = problem
            self.version = version
            self.manifest = manifest
            self.evidence = evidence
            self.isShown = isShown
        }
    }

    package struct Approval: Hashable, Sendable {
        package var approver: Text
        /// The name people know the approver by.
        package var name: Text
        /// Seconds since 1970.
        package var approvedAt: Int64
        /// Seconds since 1970; the approval counts before this moment.
        package var expiresAt: Int64
        package var binding: GateBinding

        package init(approver: Text, name: Text, approvedAt: Int64, expiresAt: Int64, binding: GateBinding) {
            self.approver = approver
            self.name = name
            self.approvedAt = approvedAt
            self.expiresAt = expiresAt
            self.binding = binding
        }
    }

    /// How a document of the version stands.
    package struct Document: Hashable, Sendable {
        /// Of all it says.
        package var digest: SHA256Digest
        /// Fields that nothing fills; empty for a complete one.
        package var missing: [String]

        package init(digest: SHA256Digest, missing: [String]) {
            self.digest = digest
            self.missing = missing
        }
    }

    package enum Manifest: Hashable, Sendable {
        case frozen(SHA256Digest)
        /// Why there is no frozen copy: "its source is s3://…, which this server does not hold".
        case unfrozen(String)
    }

    package var logOrigin: Text
    package var request: Text
    package var action: Text
    package var target: GateTarget
    package var model: Text
    /// Other names the change touches: the old one of a rename or copy.
    package var otherNames: [Text]
    package var version: Text
    package var manifest: Manifest
    package var tier: Tier?
    /// The principals of the version's run, of its registration, and whoever adopted it.
    package var authors: [Text]
    /// Whether the run or the registration was anonymous and nobody has adopted the version.
    package var hasAnonymousAuthor: Bool
    package var evidence: [Evidence]
    /// Addresses of jobs that are computing evidence for this version.
    package var jobs: [Text]
    /// The version that holds the place now.
    package var baseline: Baseline?
    /// Versions that policies name as baselines; those that are not there are missing.
    package var namedBaselines: [PolicyCheck.Baseline: Baseline] = [:]
    /// What was counted beside the version that holds the place; `nil` where none does.
    package var shadow: ShadowFacts?
    /// The tables of reason codes that were frozen with it: of the model's files and its run's, each once.
    package var reasonTables: Set<SHA256Digest> = []
    /// Those that some policy demands.
    package var documents: [RequiredDocument: Document]
    /// What the version's run says of itself.
    package var declared: DeclaredFacts
    package var approvals: [Approval]
    /// Who holds which role now.
    package var roleHolders: [Text: Set<Text>]
    /// Who published each policy in force, by its name; they fill no place among its approvals.
    package var publishers: [Text: Text]
    /// All versions of each policy ever published, by its name: what was claimed for an earlier one of the same check on the same rows
    /// is not unsaid by publishing anew.
    package var publishedDigests: [Text: Set<SHA256Digest>]
    package var deliberation: GateDeliberation
    /// What people stated about the version.
    package var dossier: DossierFacts
    /// Why the facts cannot be relied on, in words for people: the tables they come from are not what the log says, or
    /// nobody knows yet whether they are. `nil` where they can.
    package var recordDoubt: String?
    /// Seconds since 1970.
    package var now: Int64

    /// What a check compares with, if it is there.
    package func baseline(_ which: PolicyCheck.Baseline) -> Baseline? { which == .production ? baseline : namedBaselines[which] }

    package init(
        logOrigin: Text, request: Text, action: Text = "promote", target: GateTarget, model: Text,
        otherNames: [Text] = [], version: Text, manifest: Manifest, tier: Tier? = nil, authors: [Text],
        hasAnonymousAuthor: Bool = false, evidence: [Evidence] = [], jobs: [Text] = [], baseline: Baseline? = nil,
        documents: [RequiredDocument: Document] = [:], declared: DeclaredFacts = DeclaredFacts(),
        approvals: [Approval] = [], roleHolders: [Text: Set<Text>] = [:],
        publishers: [Text: Text] = [:], publishedDigests: [Text: Set<SHA256Digest>] = [:],
        deliberation: GateDeliberation = GateDeliberation(), dossier: DossierFacts = DossierFacts(),
        recordDoubt: String? = nil, now: Int64
    ) {
        self.logOrigin = logOrigin
        self.request = request
        self.action = action
        self.target = target
        self.model = model
        self.otherNames = otherNames
        self.version = version
        self.manifest = manifest
        self.tier = tier
        self.authors = authors
        self.hasAnonymousAuthor = hasAnonymousAuthor
        self.evidence = evidence
        self.jobs = jobs
        self.baseline = baseline
        self.documents = documents
        self.declared = declared
        self.approvals = approvals
        self.roleHolders = roleHolders
        self.publishers = publishers
        self.publishedDigests = publishedDigests
        self.deliberation = deliberation
        self.dossier = dossier
        self.recordDoubt = recordDoubt
        self.now = now
    }
}
