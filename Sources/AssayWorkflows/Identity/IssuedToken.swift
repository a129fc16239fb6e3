import AssayCanonical
package import AssayStore
import AssayTerms

/// A token at the only moment its text is known: `assay_<kind>_<id>_<256 random bits>`, where the kind is `user`
/// for a person's and `service` for a program's.
package struct IssuedToken: Sendable {
    /// Shown once, kept nowhere.
    package let text: String
    package let record: TokenRecord

    /// Draws a token.
    init(
        user: UserRecord, label: Text, now: Int64, expiresMilliseconds: Int64, verbs: Set<Permission>?,
        loginMilliseconds: Int64?, isMadeByAnother: Bool, effects: Effects
    ) {
        let id = Hex.encode(effects.randomBytes(Self.idBytes))
        text = "assay_\(user.kind == .service ? "service" : "user")_\(id)_\(Hex.encode(effects.randomBytes(Self.secretBytes)))"
        record = TokenRecord(
            id: id, userID: user.id, digest: SHA256Hasher.digest(of: text.utf8), label: label, createdMilliseconds: now,
            expiresMilliseconds: expiresMilliseconds, verbs: verbs, loginMilliseconds: loginMilliseconds,
            isMadeByAnother: isMadeByAnother)
    }

    private static let idBytes = 8
    private static let secretBytes = 32

    /// The public id inside a token's text, or `nil` if it does not have the form of one.
    static func id(in text: String) -> String? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "assay", parts[1] == "user" || parts[1] == "service",
            parts[2].utf8.count == idBytes * 2, Hex.decode(String(parts[2])) != nil,
            parts[3].utf8.count == secretBytes * 2, Hex.decode(String(parts[3])) != nil
        else { return nil }
        return String(parts[2])
    }
}
