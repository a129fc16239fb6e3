import AssayCanonical
package import AssayTerms

extension UseCases {
    /// Who sends this `Authorization` header: `Bearer <token>`, or `Basic` with a user's name and their password or a token
    /// in its place (what clients make of `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`). With a token the name
    /// may be left empty; if it is given it must be the holder's.
    ///
    /// - Parameter address: where the request comes from, for the slowing down of guesses; empty where nobody can say.
    /// - Throws: `unauthenticated` for anything else; `tooSoon` after too many failures.
    package func authenticate(authorization header: String, from address: Text = "") async throws -> Principal {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let credentials = parts.count == 2 ? String(parts[1].filter { $0 != " " }) : ""
        switch parts.first?.lowercased() {
        case "bearer": return try await authenticate(token: credentials, from: address)
        case "basic":
            guard let bytes = Base64.decode(credentials), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
                let name = Text(utf8: bytes[..<colon]),
                let secret = String(validating: bytes[bytes.index(after: colon)...], as: UTF8.self)
            else { break }
            // No password begins like a token, so one is never tried as the other.
            if name.isEmpty || IssuedToken.id(in: secret) != nil {
                return try await authenticate(token: secret, name: name.isEmpty ? nil : name, from: address)
            }
            return try await authenticate(password: secret, ofUserNamed: name, from: address)
        default: break
        }
        throw AssayError(
            .unauthenticated,
            "The Authorization header is neither 'Bearer <token>' nor Basic credentials of a name and a password or token.")
    }
}
