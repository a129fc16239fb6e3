package import AssayTerms

/// Checks that wait to be computed, are being computed, or were.
package struct EvidenceJobRecord: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case queued, leased, done, failed
    }

    /// 32 hexadecimal digits.
    package var id: String
    /// Over everything the answer depends on; the same question is one job, however often it is asked.
    package var inputs: SHA256Digest
    package var subject: SHA256Digest
    /// Where the model's files are taken from.
    package var model: Text
    package var version: Int
    /// What to compute, in canonical JSON.
    package var specification: [UInt8]
    package var state: State
    /// How often a worker took it.
    package var attempts: Int
    /// Drawn anew for each lease; a worker that lost its lease cannot answer any more.
    package var lease: String?
    package var leasedUntilMilliseconds: Int64?
    /// Why it failed, in words a person can act on.
    package var error: String?
    /// Whether trying again may help: the machine was at fault, not the files.
    package var mayRetry: Bool
    package var evidenceID: String?
    package var createdMilliseconds: Int64
    package var updatedMilliseconds: Int64

    package init(
        id: String, inputs: SHA256Digest, subject: SHA256Digest, model: Text, version: Int, specification: [UInt8],
        createdMilliseconds: Int64
    ) {
        self.id = id
        self.inputs = inputs
        self.subject = subject
        self.model = model
        self.version = version
        self.specification = specification
        state = .queued
        attempts = 0
        mayRetry = false
        self.createdMilliseconds = createdMilliseconds
        updatedMilliseconds = createdMilliseconds
    }
}
