import AssayData
package import AssayTerms

/// Where evidence is computed: in this process, in a confined child, later on a cluster.
package protocol EvidenceRunner: Sendable {
    /// The statement of one job, not yet signed.
    ///
    /// - Throws: what is wrong with the request, the data or the model, as `EvidenceJob.compute`; `unavailable` where
    ///   the place of computing cannot be had; `limitExceeded` at a limit of time or memory.
    func run(_ job: EvidenceJob) async throws -> Envelope
}

/// Computes in this process, on a thread of its own. For the command line, whose files are its caller's.
package struct InProcessRunner: EvidenceRunner {
    package init() {}

    package func run(_ job: EvidenceJob) async throws -> Envelope {
        try await OwnThread.run { try job.compute() }
    }
}
