package import AssayCanonical
package import AssayPolicy
import AssayStore
package import AssayTerms

/// The use cases of policies, evidence, requests, approvals and adoptions, and the gate itself.
package struct Governance: Sendable {
    package let useCases: UseCases
    /// The name of the log that approvals are bound to.
    package let logOrigin: Text
    package let settings: GateSettings
    package let catalogue: Catalogue
    /// Signs evidence and deployment statements.
    package let evidenceKey: Ed25519.SigningKey
    /// Keys whose evidence counts: the present one and those it replaced.
    package let trustedKeys: [Ed25519.VerificationKey]
    /// Statements read before.
    let statements = StatementMemory()
    /// Policies compiled before.
    private let known = CompiledPolicies()
    /// When rollouts asked the gate by themselves.
    let rolloutAttempts = RolloutAttempts()
    /// One look at monitors at a time.
    let monitorTurn = MonitorTurn()
    /// Who knows what people signed for; set once while the house is put together.
    package var attestedEvidence: [any AttestedEvidence] = [SignedRecords()]

    package init(
        useCases: UseCases, logOrigin: Text, settings: GateSettings, catalogue: Catalogue, evidenceKey: Ed25519.SigningKey,
        formerKeys: [Ed25519.VerificationKey] = []
    ) {
        self.useCases = useCases
        self.logOrigin = logOrigin
        self.settings = settings
        self.catalogue = catalogue
        self.evidenceKey = evidenceKey
        trustedKeys = [evidenceKey.verificationKey] + formerKeys
    }

    var store: any Store { useCases.store }
    var effects: Effects { useCases.effects }

    /// The published policies in force, compiled from their canonical text.
    ///
    /// - Throws: `corrupt` if the stored text does not have the stored digest or cannot be read; `conflict` if
    ///   the table is not what the log's entries published. No change passes then.
    func gate(_ tx: any StoreSnapshot) throws -> Gate {
        try useCases.requirePublishedPolicies(tx)
        return try gateAsStored(tx)
    }

    /// The policies in the table, whether or not it is what was published: for what says so itself (``GateFacts/recordDoubt``).
    func gateAsStored(_ tx: any StoreSnapshot) throws -> Gate {
        var policies: [Policy] = []
        var digests: [Text: SHA256Digest] = [:]
        for record in try tx.policiesInForce() {
            let policy = try compiled(record)
            policies.append(policy)
            digests[Text(policy.title)] = record.digest
        }
        var settings = settings
        settings.defaults = try useCases.questionnaire(in: tx).defaults
        return Gate(published: policies, settings: settings, catalogue: catalogue, digests: digests)
    }

    /// - Throws: `corrupt` if the stored text does not have the stored digest or cannot be read.
    func compiled(_ record: PublishedPolicy) throws -> Policy {
        guard SHA256Hasher.digest(of: record.canonical) == record.digest,
            let policy = known.policy(record.canonical, digest: record.digest)
        else {
            throw AssayError(
                .corrupt,
                "The stored policy \(record.name) \(record.version) is not what was published. Restore the database; until then nothing is promoted.")
        }
        return policy
    }
}
