import AssayStore
package import AssayTerms

/// What anyone may ask the log for.
extension UseCases {
    /// A published file of the log.
    ///
    /// - Throws: `notFound`.
    package func logResource(_ path: String) async throws -> [UInt8] {
        guard let bytes = try await publishedLog().resource(path) else {
            throw AssayError(.notFound, "The log has no '\(path.prefix(200))'. Tiles are named as C2SP tlog-tiles says.")
        }
        return bytes
    }

    /// How many entries the newest checkpoint covers.
    package func publishedSize() async throws -> UInt64 { try await log?.size() ?? 0 }

    /// A `.tlog-proof` for the entry of that id.
    ///
    /// - Throws: `notFound` for an unknown id, and for an entry that is not published yet.
    package func logProof(entryID: String) async throws -> [UInt8] {
        guard let entry = try await store.read({ try $0.ledgerEntry(id: entryID) }) else {
            throw AssayError(.notFound, "The log has no entry \(entryID.prefix(64)).")
        }
        guard let index = entry.index.flatMap(UInt64.init(exactly:)) else {
            throw AssayError(.notFound, "Entry \(entryID) is recorded and not published yet. Ask again in a second.")
        }
        return try await logProof(index: index)
    }

    package func logProof(index: UInt64) async throws -> [UInt8] { try await publishedLog().proof(index: index) }

    package func logConsistency(from size: UInt64) async throws -> (path: [SHA256Digest], checkpoint: [UInt8]) {
        try await publishedLog().consistency(from: size)
    }

    private func publishedLog() throws(AssayError) -> any PublishedLog {
        guard let log else { throw AssayError(.notFound, "This process publishes no log.") }
        return log
    }
}
