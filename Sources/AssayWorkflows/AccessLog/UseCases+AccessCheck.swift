import AssayStore
import AssayTerms

extension UseCases {
    /// Computes the digest of every segment of the access log anew and follows their chain: what is changed, missing or
    /// moved. Needs no key. That the digests are those of the ledger, ``compareRecords(entryLimit:)`` says.
    ///
    /// - Complexity: reads every byte of every segment that is kept.
    package func checkAccessSegments() async throws -> [RecordComparison.Difference] {
        var findings: [RecordComparison.Difference] = []
        let last = try await store.read { try $0.lastAccessSegment()?.number ?? 0 }
        var previous = SHA256Digest.nothing
        for number in 0..<last {
            let number = number + 1
            let object = "segment \(number) of the access log"
            guard let segment = try await store.read({ try $0.accessSegment(number) }) else {
                findings.append(RecordComparison.Difference(object: object, detail: "it is missing"))
                continue
            }
            if segment.previous != previous, number > 1 || segment.previous != .nothing {
                findings.append(RecordComparison.Difference(object: object, detail: "it does not follow the segment before it"))
            }
            if let sealed = segment.sealed,
                Self.digest(ofAccessSegment: number, after: segment.previous, sealed: sealed) != segment.digest {
                findings.append(RecordComparison.Difference(object: object, detail: "its bytes are not those of its digest"))
            }
            previous = segment.digest
        }
        return findings
    }
}
