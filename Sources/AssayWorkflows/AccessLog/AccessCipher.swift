import AssayCanonical
import AssayStore
import AssayTerms
import Synchronization

/// Seals records of the access log as the keyring does, without asking its database for the key each time.
final class AccessCipher: Sendable {
    static let domain: Text = "access log"

    private let keyring: Keyring
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let key = Mutex<DataKey?>(nil)

    init(keyring: Keyring, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.keyring = keyring
        self.randomBytes = randomBytes
    }

    /// In the form ``Keyring/open(_:context:)`` opens.
    func seal(_ plaintext: [UInt8], context: Text) throws -> [UInt8] {
        let key = try key.withLock { kept in
            if let kept { return kept }
            let key = try keyring.key(domain: Self.domain)
            kept = key
            return key
        }
        let nonce = randomBytes(12)
        return [1] + key.id + nonce
            + (try AES256GCM(key: key.secret).seal(plaintext, nonce: nonce, associatedData: Array(context.utf8)))
    }
}
