import AssayCanonical
package import AssayTerms
import Synchronization

/// The data keys of every erasure domain, unwrapped when needed.
///
/// A sealed value is `1 ‖ key id (16) ‖ nonce (12) ‖ AES-256-GCM ciphertext and tag`; the associated data is the context
/// the caller names, so a value cannot be moved to another place and still open.
package final class Keyring: Sendable {
    private let store: any WrappedKeyStore
    private let master: MasterKey
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let unwrapped = Mutex<[[UInt8]: DataKey]>([:])

    package init(store: any WrappedKeyStore, master: MasterKey, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.store = store
        self.master = master
        self.randomBytes = randomBytes
    }

    /// The key of `domain`, made at its first use.
    package func key(domain: Text) throws -> DataKey {
        if let kept = try store.key(domain: domain) { return try unwrap(kept) }
        let fresh = DataKey(id: randomBytes(16), secret: randomBytes(32))
        let wrapped = WrappedKey(id: fresh.id, domain: domain, wrapped: try master.wrap(fresh, domain: domain, nonce: randomBytes(12)))
        return try unwrap(store.insert(wrapped))
    }

    /// - Throws: `notFound` where the key was destroyed, which is what erasure means.
    package func key(id: [UInt8]) throws -> DataKey {
        if let known = unwrapped.withLock({ $0[id] }) { return known }
        guard let kept = try store.key(id: id) else {
            throw AssayError(.notFound, "The key of this content was destroyed; the content is erased.")
        }
        return try unwrap(kept)
    }

    package func seal(_ plaintext: [UInt8], domain: Text, context: Text) throws -> [UInt8] {
        let key = try key(domain: domain)
        let nonce = randomBytes(12)
        let sealed = try AES256GCM(key: key.secret).seal(plaintext, nonce: nonce, associatedData: Array(context.utf8))
        return [1] + key.id + nonce + sealed
    }

    /// - Throws: `corrupt` for bytes that were changed or moved, `notFound` where the key was destroyed.
    package func open(_ sealed: [UInt8], context: Text) throws -> [UInt8] {
        guard sealed.count >= 29 + 16, sealed[0] == 1 else {
            throw AssayError(.corrupt, "A sealed value is cut short or of an unknown form.")
        }
        let key = try key(id: Array(sealed[1..<17]))
        do {
            return try AES256GCM(key: key.secret).open(
                Array(sealed[29...]), nonce: Array(sealed[17..<29]), associatedData: Array(context.utf8))
        } catch {
            throw AssayError(.corrupt, "A sealed value does not authenticate; it was changed or moved.", cause: error)
        }
    }

    /// Destroys the domain's key: everything it encrypted is erased.
    package func destroy(domain: Text) throws {
        if let kept = try store.key(domain: domain) { unwrapped.withLock { $0[kept.id] = nil } }
        try store.destroy(domain: domain)
    }

    private func unwrap(_ kept: WrappedKey) throws -> DataKey {
        if let known = unwrapped.withLock({ $0[kept.id] }) { return known }
        let key = try master.unwrap(kept)
        unwrapped.withLock { $0[kept.id] = key }
        return key
    }
}
