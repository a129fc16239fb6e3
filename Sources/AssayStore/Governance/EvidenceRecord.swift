package import AssayTerms

/// A signed statement of results about one frozen model.
package struct EvidenceRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package var id: String
    /// The digest of the frozen model's file manifest: evidence is about files, not about a name.
    package var subject: SHA256Digest
    package var claim: SHA256Digest
    package var provenance: Provenance
    /// The DSSE envelope as JSON; its payload is the in-toto statement.
    package var envelope: [UInt8]
    /// Who signed: the id of the key in the envelope.
    package var keyID: String
    /// The job that computed it; `nil` for evidence that was handed in.
    package var jobID: String?
    package var recordedMilliseconds: Int64
    /// Whose word it is among those who make the same claim about the same files; empty for this server's own, whichever its key.
    package var signer: Text

    package init(
        id: String, subject: SHA256Digest, claim: SHA256Digest, provenance: Provenance, envelope: [UInt8],
        keyID: String, jobID: String?, recordedMilliseconds: Int64, signer: Text = ""
    ) {
        self.id = id
        self.subject = subject
        self.claim = claim
        self.provenance = provenance
        self.envelope = envelope
        self.keyID = keyID
        self.jobID = jobID
        self.recordedMilliseconds = recordedMilliseconds
        self.signer = signer
    }
}
