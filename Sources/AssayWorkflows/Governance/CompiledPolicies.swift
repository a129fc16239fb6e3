import AssayPolicy
import AssayTerms
import Synchronization

/// Policies by the digest of their canonical text, which says all there is to know of them. At most ``limit`` are kept.
final class CompiledPolicies: Sendable {
    private static let limit = 1_024
    private let known = Mutex<[SHA256Digest: Policy]>([:])

    /// - Parameters:
    ///   - canonical: the text, which the caller has held against `digest`.
    /// - Returns: `nil` for a text that is no policy.
    func policy(_ canonical: [UInt8], digest: SHA256Digest) -> Policy? {
        if let policy = known.withLock({ $0[digest] }) { return policy }
        guard let policy = try? PolicyReader.read(canonical, catalogue: nil) else { return nil }
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[digest] = policy
        }
        return policy
    }
}
