import AssayCanonical
import AssayJSON
import AssayLedgerFormat
package import AssayStore
package import AssayTerms

/// Sealing the access log: records become a segment, whose digest is an entry of the ledger.
///
/// A segment is encrypted under a key of its own, so that its time can end by destroying that key. Its digest is over the
/// format's name, its number, the digest of the segment before, and its encrypted bytes: segments can neither be changed nor
/// left out nor reordered without showing, to somebody without any key too.
extension UseCases {
    package static let segmentRecords = 4_096
    package static let segmentBytes = 1 << 20
    package static let segmentMilliseconds: Int64 = 600_000
    private static let byteLimit = 8 << 20

    /// Seals what there is if there is enough of it, or its oldest is old enough.
    ///
    /// - Parameter now: seals whatever there is.
    /// - Returns: the new segment, or `nil` where nothing was to be sealed.
    package func sealAccessLog(now mustSeal: Bool = false) async throws -> AccessSegment? {
        let time = effects.nowMilliseconds()
        let state = try await store.read { try $0.openAccessState() }
        guard state.count > 0, let oldest = state.oldestMilliseconds else { return nil }
        guard mustSeal || state.count >= Self.segmentRecords || state.bytes >= Self.segmentBytes
            || time - oldest >= Self.segmentMilliseconds
        else { return nil }
        return try await store.write { tx in try sealSegment(in: tx) }
    }

    private func sealSegment(in tx: any StoreTransaction) throws -> AccessSegment? {
        let open = try tx.openAccessRecords(after: 0, byteLimit: Self.byteLimit)
        guard let last = open.last else { return nil }
        let before = try tx.lastAccessSegment()
        let number = (before?.number ?? 0) + 1
        var plaintext: [UInt8] = []
        var first = Int64.max
        var newest = Int64.min
        for record in open {
            plaintext += try keyring.open(record.sealed, context: AccessLog.recordContext)
            plaintext.append(UInt8(ascii: "\n"))
            first = min(first, record.milliseconds)
            newest = max(newest, record.milliseconds)
        }
        let sealed = try keyring.seal(
            plaintext, domain: Self.domain(ofAccessSegment: number), context: Self.context(ofAccessSegment: number))
        let previous = before?.digest ?? .nothing
        let segment = AccessSegment(
            number: number, recordCount: open.count, firstMilliseconds: first, lastMilliseconds: newest, previous: previous,
            digest: Self.digest(ofAccessSegment: number, after: previous, sealed: sealed), sealed: sealed)
        try tx.insertAccessSegment(segment, replacingThrough: last.ordinal)
        try record(
            kind: "access.sealed", by: .server, subjects: [LedgerLeaf.Subject(type: "access-segment", digest: segment.digest)],
            topics: [LedgerTopic.accessLog], domain: LedgerTopic.accessLog,
            payload: [
                "segment": .integer(number), "records": .integer(Int64(open.count)), "first": .integer(first),
                "last": .integer(newest), "previous": .string(previous.hex), "digest": .string(segment.digest.hex),
            ], in: tx)
        return segment
    }

    /// SHA-256 over the format, the number, the digest before and the bytes.
    package static func digest(
        ofAccessSegment number: Int64, after previous: SHA256Digest, sealed: [UInt8]
    ) -> SHA256Digest {
        SHA256Hasher.digest(of: Array("assay access segment 1\n\(number)\n\(previous.hex)\n".utf8) + sealed)
    }

    static func domain(ofAccessSegment number: Int64) -> Text { Text("access segment \(number)") }
    static func context(ofAccessSegment number: Int64) -> Text { Text("access segment \(number)") }

    /// The records of a segment.
    ///
    /// - Throws: `corrupt` if its bytes are not those of its digest.
    func accessRecords(of segment: AccessSegment) throws -> [TimedAccessRecord] {
        guard let sealed = segment.sealed else { return [] }
        guard Self.digest(ofAccessSegment: segment.number, after: segment.previous, sealed: sealed) == segment.digest else {
            throw AssayError(
                .corrupt, "Segment \(segment.number) of the access log is not what its digest says. Run `assay audit verify --data-dir`.")
        }
        let plaintext = try keyring.open(sealed, context: Self.context(ofAccessSegment: segment.number))
        return try plaintext.split(separator: UInt8(ascii: "\n")).map { try TimedAccessRecord(parsing: $0) }
    }
}
