package import AssayTerms

/// Policies, evidence, jobs, requests, approvals and adoptions as they can be read.
package protocol GovernanceSnapshot {
    /// All versions of all policies in the order of publication.
    func policies() throws -> [PublishedPolicy]
    func policy(name: Text, version: Text) throws -> PublishedPolicy?
    /// Of each name the version published last, sorted by name.
    func policiesInForce() throws -> [PublishedPolicy]

    /// In the order of recording.
    func evidence(subject: SHA256Digest) throws -> [EvidenceRecord]
    func evidence(id: String) throws -> EvidenceRecord?
    /// The claims of ``evidence(subject:)``, each as often as somebody made it, in no order that means anything, without reading the statements.
    func claims(subject: SHA256Digest) throws -> [SHA256Digest]

    func job(id: String) throws -> EvidenceJobRecord?
    func job(inputs: SHA256Digest) throws -> EvidenceJobRecord?
    /// Whether ``GovernanceTransaction/leaseJob(lease:now:until:)`` would find one.
    func hasJob(now: Int64) throws -> Bool
    /// In the order of creation.
    func jobs(subject: SHA256Digest) throws -> [EvidenceJobRecord]

    func request(id: String) throws -> PromotionRequest?
    func openRequest(
        model: Text, version: Int, manifest: SHA256Digest, action: Text, target: Text
    ) throws -> PromotionRequest?
    /// Open ones that were opened or asked last before then, oldest first.
    func requestsUntouched(since milliseconds: Int64) throws -> [PromotionRequest]
    /// Newest first, at most `limit`; all states without one, all models without a name.
    func requests(state: PromotionRequest.State?, model: Text?, limit: Int) throws -> [PromotionRequest]

    func approval(id: String) throws -> ApprovalRecord?
    /// In the order in which they were given.
    func approvals(requestID: String) throws -> [ApprovalRecord]
    /// A person's that stand, in the order in which they were given.
    func standingApprovals(ofUser id: String) throws -> [ApprovalRecord]

    func adoption(versionID: String) throws -> AdoptionRecord?
    /// Everyone who took responsibility for these files under any name.
    func adoptions(manifest: SHA256Digest) throws -> [AdoptionRecord]

    /// Every name of every model that has or had a version with these files, deleted ones included; sorted.
    func modelNames(manifest: SHA256Digest) throws -> [Text]
    /// The principals who logged or registered these files under any name, deleted versions included; sorted.
    func authorIDs(manifest: SHA256Digest) throws -> [String]
    /// Frozen versions that a new policy concerns at once: those in an active stage or with an alias, and the `newest` of
    /// each model that are not archived; oldest first. An archived version with an alias is one.
    func versionIDsInUse(newest: Int) throws -> [String]

    /// What the tables say of everything that entries of the log decide.
    func governedFacts() throws -> [GovernedFact: Text]
    /// The same of one model alone: its name, its versions with stages and admissions, its aliases, and how places were taken. Nothing
    /// where it is deleted.
    func governedFacts(ofModel id: String) throws -> [GovernedFact: Text]

    /// The newest first.
    func placements(versionID: String) throws -> [Placement]
}

package protocol GovernanceTransaction: GovernanceSnapshot {
    /// Gives the record its sequence.
    ///
    /// - Throws: `alreadyExists` if name and version are taken.
    @discardableResult
    func insertPolicy(_ policy: PublishedPolicy) throws -> PublishedPolicy

    /// Keeps the earlier record where the same signer's same claim about the same subject is already there, and returns the kept one.
    @discardableResult
    func insertEvidence(_ evidence: EvidenceRecord) throws -> EvidenceRecord

    /// Keeps the earlier job where the same inputs are already there, and returns the kept one.
    @discardableResult
    func insertJob(_ job: EvidenceJobRecord) throws -> EvidenceJobRecord

    /// Gives the oldest job that waits, or whose lease ran out before `now`, to the worker that drew `lease`.
    func leaseJob(lease: String, now: Int64, until: Int64) throws -> EvidenceJobRecord?

    /// Records how a leased job ended.
    ///
    /// - Returns: whether `lease` was still the job's lease; nothing changes otherwise.
    func finishJob(
        id: String, lease: String, state: EvidenceJobRecord.State, error: String?, mayRetry: Bool, evidenceID: String?,
        now: Int64
    ) throws -> Bool

    /// Puts every leased job back into the queue: for the process that just took the directory's lock, since the worker
    /// that held the lease is gone.
    func releaseJobs(now: Int64) throws

    /// Gives a kept record another signature, where its own no longer verifies.
    func resignEvidence(id: String, envelope: [UInt8], keyID: String, recorded: Int64) throws

    /// Puts a job that ended back into the queue.
    func requeueJob(id: String, now: Int64) throws

    /// - Throws: `alreadyExists` if an open request for the same version, action and target is there.
    func insertRequest(_ request: PromotionRequest) throws

    /// Replaces state, decision, detail, count and time of the request with the same id.
    func updateRequest(_ request: PromotionRequest) throws

    /// - Throws: `alreadyExists` if the person has a standing approval of the same request.
    func insertApproval(_ approval: ApprovalRecord) throws
    func setApprovalState(_ state: ApprovalRecord.State, id: String) throws

    /// - Throws: `alreadyExists` if the version is adopted.
    func insertAdoption(_ adoption: AdoptionRecord) throws

    /// Replaces what was known of the same version at the same target.
    func setPlacement(_ placement: Placement) throws
}
