import AssayCanonical
import AssayRecords
import AssayServing
import AssayStore
import AssayTerms
import Glibc

/// Records what a gateway answers, before it is answered.
final class GatewayRecorder: Sendable {
    let spool: RecordSpool
    let isRequired: Bool
    private let content: RecordedAnswer.Content
    /// Of a million.
    private let sampling: Int
    private let lock: FileLock

    /// Opens the folder, which nobody else may have open.
    ///
    /// - Throws: `conflict` if another gateway has it; `unreadable` where its key is no key or it cannot be made.
    init?(_ options: RecordOptions) throws(AssayError) {
        guard let folder = options.records else { return nil }
        if !Disk.isDirectory(folder) { try Disk.createDirectory(folder) }
        lock = try FileLock("\(folder)/lock", refusal: "The folder of records '\(folder)' is used by another gateway; give each one of its own.")
        let key = try Self.secret("\(folder)/key", count: AES256GCM.keyLength)
        let limit = Int64(options.recordLimit) << 20
        spool = try RecordSpool(
            .init(folder: folder, durability: options.recordDurability, byteLimit: limit, retriesRefused: options.recordRetryRefused), key: key,
            now: { Int64(GatewayMetrics.now() * 1_000) })
        isRequired = options.recordRequired
        content = options.recordContent
        sampling = Int((options.recordSample * 1_000_000).rounded())
    }

    /// The key of the journals, drawn at the first start.
    private static func secret(_ path: String, count: Int) throws(AssayError) -> [UInt8] {
        if let found = try SecretFile.read(path, limit: count + 1) {
            guard found.count == count else {
                throw AssayError(.unreadable, "'\(path)' is no key of records. Without it the journals beside it cannot be opened; move the folder away to begin anew.")
            }
            return found
        }
        var generator = SystemRandomNumberGenerator()
        let fresh = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try Disk.create(path, fresh, mode: 0o600)
        try Disk.syncDirectory(of: path)
        return fresh
    }

    /// A fresh name for a request; `nil` for one that is not sampled.
    func newID() -> [UInt8]? {
        var generator = SystemRandomNumberGenerator()
        guard sampling == RecordSegment.everything || generator.next() % UInt64(RecordSegment.everything) < UInt64(sampling) else { return nil }
        return Self.freshID()
    }

    static func freshID() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (generator.next(), generator.next())
        return [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * UInt64($0))) } }
    }

    /// - Returns: whether it is kept.
    func keep(_ facts: RequestFacts, _ scored: [ScoredRows], of version: GatewayTable.Version) async -> Bool {
        let recorded = RecordedAnswer(
            model: version.model, version: version.number, manifest: version.statement.manifest, content: content, sampling: sampling)
        let segments = recorded.segments(facts, scored)
        guard segments.count > 1 else {
            guard let only = segments.first else { return true }
            return await spool.keep(SegmentPieces.of(only))
        }
        var merger = SegmentMerger()
        for segment in segments { merger.add(segment) }
        // Blocks of one request have one layout, so they are one segment, unless there is more than one may have.
        return await spool.keep(merger.segments(.init(spool: facts.id, number: 0)).flatMap { SegmentPieces.of($0) })
    }

    /// Microseconds since 1970, UTC.
    static func time() -> Int64 {
        SystemClock.microseconds()
    }
}
