package import AssayStore

/// What was done to the master key of a data directory, for the log.
package struct MasterKeyChange: Sendable {
    package enum Kind: String, Sendable {
        /// Another key is in force.
        case rotated = "master-key.rotated"
        /// The same key, wrapped again.
        case rewrapped = "master-key.rewrapped"
    }

    package let kind: Kind
    package let from: MasterKeyPlace
    package let to: MasterKeyPlace
    /// How many were wrapped anew.
    package let dataKeys: Int

    package init(kind: Kind, from: MasterKeyPlace, to: MasterKeyPlace, dataKeys: Int) {
        self.kind = kind
        self.from = from
        self.to = to
        self.dataKeys = dataKeys
    }
}
