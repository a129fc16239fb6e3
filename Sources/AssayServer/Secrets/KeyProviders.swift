package import AssayStore
package import AssayTerms

/// The services that can keep a master key.
package enum KeyProviders {
    /// - Parameter name: `KIND:WHAT`, as ``MasterKeyPlace`` has it.
    /// - Throws: `invalidArgument` for a kind that is not known, or what is wrong with the rest.
    package static func named(_ name: String, environment: (String) -> String?) throws(AssayError) -> any KeyProvider {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.last) {
        case (VaultTransit.kind?, let place?) where parts.count == 2: return try VaultTransit(place, environment: environment)
        case (AzureKeyVault.kind?, let place?) where parts.count == 2: return try AzureKeyVault(place, environment: environment)
        default:
            throw AssayError(
                .invalidArgument,
                "No service '\(name.prefix(100))' keeps keys. There are \(VaultTransit.kind):MOUNT/KEY and \(AzureKeyVault.kind):https://VAULT/keys/KEY, beside file and environment.")
        }
    }
}
