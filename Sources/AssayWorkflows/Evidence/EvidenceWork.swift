package import AssayTerms

/// A job as it is handed to whoever computes it: the question, and the frozen files it is about.
package struct EvidenceWork: Sendable {
    package struct File: Sendable {
        package var path: Text
        package var size: Int64
        package var digest: SHA256Digest
        /// The plain bytes from the start, each chunk authenticated; may be asked for more than once.
        package var contents: @Sendable () -> AsyncThrowingStream<[UInt8], any Error>

        package init(
            path: Text, size: Int64, digest: SHA256Digest,
            contents: @escaping @Sendable () -> AsyncThrowingStream<[UInt8], any Error>
        ) {
            self.path = path
            self.size = size
            self.digest = digest
            self.contents = contents
        }
    }

    package var specification: EvidenceSpecification
    /// The files of the model's folder, sorted by path; empty where the table's own columns hold the predictions.
    package var model: [File]
    package var table: File
    /// The profile that checks compare with.
    package var reference: File?

    package init(specification: EvidenceSpecification, model: [File], table: File, reference: File? = nil) {
        self.specification = specification
        self.model = model
        self.table = table
        self.reference = reference
    }
}

/// Computes evidence somewhere that knows neither the store nor a key.
package protocol EvidenceComputer: Sendable {
    /// The unsigned statement of `work`.
    ///
    /// - Throws: `AssayError`; with `unavailable` or `internalFault` where trying again may help.
    func compute(_ work: EvidenceWork) async throws -> Envelope
}
