package import AssayTerms

/// A service that keeps keys and never gives them out: it wraps the master key, so that what stands in the keys folder is
/// worth nothing without the service.
package protocol KeyProvider: Sendable {
    /// As `--key-provider` takes it, such as `vault-transit:transit/assay`.
    var name: String { get }

    /// - Throws: `unavailable` when the service cannot be reached or refuses.
    func wrap(_ key: [UInt8]) throws(AssayError) -> String

    /// - Throws: `unavailable` when the service cannot be reached or refuses.
    func unwrap(_ wrapped: String) throws(AssayError) -> [UInt8]
}
