import AssayCanonical
import AssayJSON
import AssayTerms

/// A log-in at the identity provider that a browser is on its way back from. It stands in a cookie of that browser, sealed under
/// a key of this process: nothing is kept for those who never come back, and only the browser that began can end it.
struct PendingLogin {
    static let seconds: Int64 = 600
    private static let nonceBytes = 12

    let state: String
    let nonce: String
    /// What PKCE's challenge was made of (RFC 7636).
    let verifier: String
    let next: String
    let expiresMilliseconds: Int64

    init(next: String, now: Int64, randomBytes: (Int) -> [UInt8]) {
        state = Base64.encode(randomBytes(32), alphabet: .url)
        nonce = Base64.encode(randomBytes(32), alphabet: .url)
        verifier = Base64.encode(randomBytes(32), alphabet: .url)
        self.next = next
        expiresMilliseconds = now + Self.seconds * 1_000
    }

    var challenge: String { Base64.encode(SHA256Hasher.digest(of: verifier.utf8).bytes, alphabet: .url) }

    func sealed(key: [UInt8], randomBytes: (Int) -> [UInt8]) throws -> String {
        let value: JSONValue = [
            "state": .string(state), "nonce": .string(nonce), "verifier": .string(verifier), "next": .string(next),
            "expires": .integer(expiresMilliseconds),
        ]
        let nonce = randomBytes(Self.nonceBytes)
        let sealed = try AES256GCM(key: key).seal(value.bytes(), nonce: nonce, associatedData: Array("login".utf8))
        return Base64.encode(nonce + sealed, alphabet: .url)
    }

    /// `nil` for what was not sealed here, and for one that took too long.
    init?(sealed text: String, key: [UInt8], now: Int64) {
        guard let bytes = Base64.decode(text, alphabet: .url), bytes.count > Self.nonceBytes, let cipher = try? AES256GCM(key: key),
            let opened = try? cipher.open(
                Array(bytes.dropFirst(Self.nonceBytes)), nonce: Array(bytes.prefix(Self.nonceBytes)),
                associatedData: Array("login".utf8)),
            let value = try? JSONValue(parsing: opened), let state = value["state"]?.string, let nonce = value["nonce"]?.string,
            let verifier = value["verifier"]?.string, let next = value["next"]?.string,
            let expires = value["expires"]?.integer, now < expires
        else { return nil }
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.next = next
        expiresMilliseconds = expires
    }
}
