import AssayCanonical
package import AssayJSON
package import AssayTerms

/// An entry in both its parts: the leaf that is published and the payload that stays.
package struct LedgerEntry: Hashable, Sendable {
    /// 256 bits, so that a payload with few possible values cannot be guessed from its digest.
    package static let saltLength = 32

    package let leaf: LedgerLeaf
    /// The canonical text of names, comments and values; kept encrypted, and destroyed by erasure.
    package let payload: [UInt8]
    package let salt: [UInt8]

    /// Builds an entry. Id and salt are drawn by the caller, so that this stays a pure function.
    ///
    /// - Throws: `invalidArgument` for a member that a leaf cannot hold, a salt of another length than 32 bytes or a
    ///   payload with a number that is not finite; `limitExceeded` above 4 KiB of leaf.
    package init(
        id: String, kind: String, milliseconds: Int64, actor: String, subjects: [LedgerLeaf.Subject],
        payload: JSONValue, salt: [UInt8]
    ) throws(AssayError) {
        guard salt.count == Self.saltLength else {
            throw AssayError(.invalidArgument, "a ledger entry's salt has \(Self.saltLength) bytes, not \(salt.count)")
        }
        self.payload = try payload.canonicalBytes()
        self.salt = salt
        leaf = try LedgerLeaf(
            id: id, kind: kind, milliseconds: milliseconds, actor: actor, subjects: subjects,
            payloadDigest: Self.payloadDigest(salt: salt, payload: self.payload))
    }

    /// SHA-256(salt ‖ payload), what the leaf says of its payload.
    package static func payloadDigest(salt: [UInt8], payload: [UInt8]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(salt)
        hasher.update(payload)
        return hasher.finish()
    }
}
