package import AssayJSON

/// A signed token in compact form (RFC 7515, RFC 7519): read within limits, and nothing of it believed before its signature.
package struct JSONWebToken: Sendable {
    package static let longest = 64 << 10
    private static let limits = JSONLimits(bytes: longest, depth: 12)
    /// What `typ` may say; anything else is a token for another purpose (RFC 8725, section 3.11).
    private static let types = ["jwt", "at+jwt", "application/at+jwt"]

    package let algorithm: JSONWebKey.Algorithm
    package let keyID: String?
    private let claims: JSONValue
    private let message: [UInt8]
    private let signature: [UInt8]

    /// `nil` for anything but three parts with an algorithm of ``JSONWebKey/Algorithm``, a known type, and no extension that
    /// would have to be understood (`crit`, `b64`). Keys that a token brings itself (`jwk`, `jku`, `x5c`, `x5u`) are not looked at.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Base64.decode(parts[0], alphabet: .url).flatMap({ try? JSONValue(parsing: $0, limits: Self.limits) }),
            let claims = Base64.decode(parts[1], alphabet: .url).flatMap({ try? JSONValue(parsing: $0, limits: Self.limits) }),
            let signature = Base64.decode(parts[2], alphabet: .url), header.object != nil, claims.object != nil,
            let algorithm = header["alg"]?.string.flatMap(JSONWebKey.Algorithm.init(rawValue:)),
            header["crit"] == nil, header["b64"] == nil
        else { return nil }
        if let type = header["typ"] {
            guard let type = type.string?.lowercased(), Self.types.contains(type) else { return nil }
        }
        if let id = header["kid"] {
            guard let id = id.string else { return nil }
            keyID = id
        } else {
            keyID = nil
        }
        self.algorithm = algorithm
        self.claims = claims
        self.signature = signature
        message = Array(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    }

    /// Who the token says made it, before anything of it is believed: to know whose keys to ask, and for nothing else.
    package var statedIssuer: String? { claims["iss"]?.string }

    /// Whether the token says that it is for `audience`; believed as little as ``statedIssuer``.
    package func isStatedFor(_ audience: String) -> Bool { TokenExpectation.names(audience, in: claims["aud"]) }

    /// Whether a key of the token's name and algorithm is among `keys`; without a name there must be exactly one that fits.
    package func hasKey(among keys: [JSONWebKey]) -> Bool { key(among: keys) != nil }

    /// The claims, once their signature is that of one of `keys`; `nil` otherwise.
    package func claims(signedBy keys: [JSONWebKey]) -> JSONValue? {
        guard let key = key(among: keys), key.verifies(signature, of: message, by: algorithm) else { return nil }
        return claims
    }

    private func key(among keys: [JSONWebKey]) -> JSONWebKey? {
        let fitting = keys.filter { $0.fits(algorithm) && (keyID == nil || $0.id == keyID) }
        return fitting.count == 1 ? fitting[0] : nil
    }
}
