package import AssayTerms

/// A 256-bit key that encrypts what belongs to one erasure domain. Destroying it destroys what it encrypted.
package struct DataKey: Sendable {
    /// 16 bytes; stands in the header of everything the key encrypted.
    package let id: [UInt8]
    package let secret: [UInt8]
}

/// A data key as it is kept: encrypted under the master key.
package struct WrappedKey: Sendable {
    package let id: [UInt8]
    package let domain: Text
    package let wrapped: [UInt8]

    package init(id: [UInt8], domain: Text, wrapped: [UInt8]) {
        self.id = id
        self.domain = domain
        self.wrapped = wrapped
    }
}

/// Where wrapped keys live (`keys.db`). Calls are short and synchronous, so that a use case can make a key on its way.
package protocol WrappedKeyStore: Sendable {
    func key(domain: Text) throws -> WrappedKey?
    func key(id: [UInt8]) throws -> WrappedKey?
    /// Keeps `key` unless its domain has one; answers the one that is kept. Durable when it returns.
    func insert(_ key: WrappedKey) throws -> WrappedKey
    /// Overwrites and removes the domain's key.
    func destroy(domain: Text) throws
    /// - Returns: how many keys there are.
    func forEachKey(_ visit: (WrappedKey) throws -> Void) throws -> Int
    /// What tells the master key that wrapped the keys; `nil` where nobody has said yet.
    func masterCheck() throws -> [UInt8]?
    func setMasterCheck(_ check: [UInt8]) throws
    /// Puts what `wrap` answers in the place of every wrapped key, and `check` beside them: all of it, or, where `wrap` throws,
    /// nothing. Durable when it returns.
    ///
    /// - Returns: how many keys there are.
    func rewrap(check: [UInt8], _ wrap: (WrappedKey) throws -> [UInt8]) throws -> Int
}
