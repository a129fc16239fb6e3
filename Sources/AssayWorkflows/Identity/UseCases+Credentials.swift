import AssayCanonical
package import AssayTerms

extension UseCases {
    /// Who sends this `Authorization` header: `Bearer <token>`, or `Basic` with a user's name and a token in the place
    /// of a password (what clients make of `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`). The name may be
    /// left empty; if it is given it must be the holder's.
    ///
    /// - Throws: `unauthenticated` for anything else.
    package func authenticate(authorization header: String) async throws -> Principal {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let credentials = parts.count == 2 ? String(parts[1].filter { $0 != " " }) : ""
        switch parts.first?.lowercased() {
        case "bearer": return try await authenticate(token: credentials)
        case "basic":
            guard let bytes = Base64.decode(credentials), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
                let name = Text(utf8: bytes[..<colon]),
                let token = String(validating: bytes[bytes.index(after: colon)...], as: UTF8.self)
            else { break }
            return try await authenticate(token: token, name: name.isEmpty ? nil : name)
        default: break
        }
        throw AssayError(
            .unauthenticated,
            "The Authorization header is neither 'Bearer <token>' nor Basic credentials of a name and a token.")
    }
}
