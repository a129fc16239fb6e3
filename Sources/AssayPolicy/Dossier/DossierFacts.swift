package import AssayTerms

/// What stands on record about a version, beside its evidence: collected by the caller, nothing is looked up.
///
/// What speaks against a version follows its files under every name; what speaks for it is its own model's.
package struct DossierFacts: Sendable {
    package struct Finding: Hashable, Sendable {
        package var id: Text
        package var title: Text
        package var severity: Severity
        /// Seconds since 1970.
        package var dueAt: Int64
        /// The same for people.
        package var due: Text
        /// The name of whoever has to mend it.
        package var owner: Text

        package init(id: Text, title: Text, severity: Severity, dueAt: Int64, due: Text, owner: Text) {
            self.id = id
            self.title = title
            self.severity = severity
            self.dueAt = dueAt
            self.due = due
            self.owner = owner
        }
    }

    /// Two people's leave to go without one check of one policy version, for one version's files.
    package struct Waiver: Hashable, Sendable {
        package var id: Text
        package var policy: SHA256Digest
        /// The check's place in the policy, from 1.
        package var check: Int
        package var manifest: SHA256Digest
        /// Seconds since 1970: the second person's signature.
        package var grantedAt: Int64
        /// Seconds since 1970; it counts before this moment.
        package var expiresAt: Int64
        /// The same for people.
        package var expires: Text
        /// The ids of the two.
        package var signers: [Text]
        /// The names people know them by.
        package var names: [Text]
        /// The roles that each of the two holds now.
        package var roles: [Set<Text>]
        package var reason: Text

        package init(
            id: Text, policy: SHA256Digest, check: Int, manifest: SHA256Digest, grantedAt: Int64, expiresAt: Int64, expires: Text, signers: [Text],
            names: [Text], roles: [Set<Text>], reason: Text
        ) {
            self.id = id
            self.policy = policy
            self.check = check
            self.manifest = manifest
            self.grantedAt = grantedAt
            self.expiresAt = expiresAt
            self.expires = expires
            self.signers = signers
            self.names = names
            self.roles = roles
            self.reason = reason
        }
    }

    /// A risk that is left over and is more than its owner takes, without anybody who accepted it.
    package struct Risk: Hashable, Sendable {
        package var id: Text
        package var title: Text
        package var residual: Int
        package var appetite: Int

        package init(id: Text, title: Text, residual: Int, appetite: Int) {
            self.id = id
            self.title = title
            self.residual = residual
            self.appetite = appetite
        }
    }

    /// A monitoring plan that counts now.
    package struct Plan: Hashable, Sendable {
        /// Of the record that holds it.
        package var id: Text
        package var title: Text
        /// The name of whoever signed it.
        package var signer: Text
        /// `nil` where the text is no plan that can be read.
        package var plan: MonitoringPlan?
        /// What is wrong with the text.
        package var problem: String?

        package init(id: Text, title: Text, signer: Text, plan: MonitoringPlan?, problem: String? = nil) {
            self.id = id
            self.title = title
            self.signer = signer
            self.plan = plan
            self.problem = problem
        }
    }

    /// Open ones.
    package var findings: [Finding]
    package var waivers: [Waiver]
    package var risks: [Risk]
    /// The sections of the risk evaluation that are not complete, in order; `nil` where there is no evaluation.
    package var openSections: [String]?
    /// The evidence codes of records that count now.
    package var records: Set<Text>
    /// Those that count now.
    package var plans: [Plan] = []
    /// Why the model is to be validated anew, in words; empty where it is not.
    package var validationDue: [String]

    package init(
        findings: [Finding] = [], waivers: [Waiver] = [], risks: [Risk] = [], openSections: [String]? = nil, records: Set<Text> = [],
        validationDue: [String] = []
    ) {
        self.findings = findings
        self.waivers = waivers
        self.risks = risks
        self.openSections = openSections
        self.records = records
        self.validationDue = validationDue
    }
}
