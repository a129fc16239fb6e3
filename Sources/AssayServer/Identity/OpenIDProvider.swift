import AssayCanonical
import AssayJSON
import AssayTerms
import AssayWorkflows
package import Logging
import Synchronization

/// The identity provider as this server sees it: where it answers, its keys, and what its tokens say.
///
/// Discovery and keys are fetched when first needed and kept for an hour. A token whose key is not known makes the keys be
/// fetched once more, at most once a minute, so that new keys are found and made-up key names are no way to make us ask.
package final class OpenIDProvider: Sendable {
    struct Places: Sendable {
        let authorization: OutgoingURL
        let token: OutgoingURL
        let keys: OutgoingURL
    }

    private struct State {
        var places: (value: Places, at: Int64)?
        var keys: (value: [JSONWebKey], at: Int64)?
        var askedForKeys: Int64 = 0
        var failed: Int64 = 0
    }

    private static let keptMilliseconds: Int64 = 3_600_000
    private static let askAgainMilliseconds: Int64 = 60_000
    /// After a failure nobody asks for so long, so that a provider in trouble is not asked once for every request of ours.
    private static let restMilliseconds: Int64 = 5_000
    private static let limits = JSONLimits(bytes: 64 << 10, depth: 16)

    package let settings: OpenIDSettings
    private let client: OutgoingClient
    private let nowMilliseconds: @Sendable () -> Int64
    private let logger: Logger
    private let state = Mutex(State())

    package init(
        settings: OpenIDSettings, client: OutgoingClient, nowMilliseconds: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.settings = settings
        self.client = client
        self.nowMilliseconds = nowMilliseconds
        self.logger = logger
    }

    // MARK: - Tokens

    /// What a client's bearer token says.
    ///
    /// - Throws: `unauthenticated`, in the same words whatever is wrong with the token; the log has the reason.
    func login(bearer text: String) async throws -> ExternalLogin {
        guard let audience = settings.audience else { throw Self.refusal }
        return try await login(text, TokenExpectation(issuer: settings.issuer, audience: audience), needsGroups: false)
    }

    /// What the token of a browser's log-in says.
    func login(idToken text: String, nonce: String) async throws -> ExternalLogin {
        try await login(
            text, TokenExpectation(issuer: settings.issuer, audience: settings.clientID, nonce: nonce), needsGroups: true)
    }

    private static let refusal = AssayError(
        .unauthenticated, "The identity provider's token is not valid here. Log in again with your identity provider.")

    /// - Parameter needsGroups: whether nothing said of groups means that there are none.
    private func login(_ text: String, _ expectation: TokenExpectation, needsGroups: Bool) async throws -> ExternalLogin {
        guard let token = JSONWebToken(text) else { throw refused("it is no token of an accepted form and algorithm") }
        var keys = try await keys()
        if !token.hasKey(among: keys) { keys = try await keysAskedAgain() ?? keys }
        guard let claims = token.claims(signedBy: keys) else { throw refused("no key of the provider's signed it") }
        if let objection = expectation.objection(to: claims, nowSeconds: Double(nowMilliseconds()) / 1_000) {
            throw refused(objection)
        }
        let groups = claims[settings.groupsClaim].map { claim in
            (claim.array ?? [claim]).compactMap { $0.string.map { Text($0) } }
        }
        // A token can be renewed without its person; only the provider's word for a log-in counts as one.
        let login = claims["auth_time"]?.number.flatMap { Int64(exactly: $0.rounded()) }.map { $0 * 1_000 }
        return ExternalLogin(
            issuer: Text(settings.issuer), subject: Text(claims["sub"]?.string ?? ""),
            preferredName: claims[settings.nameClaim]?.string.map { Text($0) }, groups: groups ?? (needsGroups ? [] : nil),
            authentication: Authentication(.bearer, loginMilliseconds: login))
    }

    private func refused(_ reason: String) -> AssayError {
        logger.notice("a token of the identity provider was refused", metadata: ["reason": "\(reason)"])
        return Self.refusal
    }

    // MARK: - Browsers

    /// Where a browser goes to log in.
    func authorizationAddress(state: String, nonce: String, challenge: String) async throws -> String {
        let base = try await places().authorization.text.string
        let fields = [
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", settings.redirectURI),
            ("scope", settings.scopes), ("state", state), ("nonce", nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"), ("max_age", String(settings.loginMinutes * 60)),
        ]
        return base + (base.contains("?") ? "&" : "?") + Self.form(fields)
    }

    /// The token for a code that a browser came back with.
    func idToken(forCode code: String, verifier: String) async throws -> String {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirectURI),
            ("code_verifier", verifier), ("client_id", settings.clientID),
        ]
        var headers = [("Content-Type", FormFields.contentType), ("Accept", "application/json")]
        if let secret = settings.clientSecret {
            fields.removeLast()
            let pair = "\(PercentCoding.encode(settings.clientID)):\(PercentCoding.encode(secret))"
            headers.append(("Authorization", "Basic " + Base64.encode(Array(pair.utf8))))
        }
        let message = OutgoingMessage(headers: headers.map { (name: $0.0, value: $0.1) }, body: Array(Self.form(fields).utf8))
        let answer = try json(await client.post(message, to: try await places().token), "token endpoint")
        guard let token = answer["id_token"]?.string else { throw refused("its token endpoint answered without an id_token") }
        return token
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    }

    // MARK: - Discovery and keys

    /// - Throws: `unavailable` while the provider cannot be reached, or says of itself that it is another one.
    private func places() async throws -> Places {
        let now = nowMilliseconds()
        if let kept = state.withLock({ $0.places }), now - kept.at < Self.keptMilliseconds { return kept.value }
        var base = settings.issuer
        while base.hasSuffix("/") { base.removeLast() }
        let document = try json(await client.get(try url(base + "/.well-known/openid-configuration")), "discovery document")
        guard document["issuer"]?.string == settings.issuer else {
            throw unreachable("its discovery document names another issuer")
        }
        func place(_ name: String) throws -> OutgoingURL {
            guard let text = document[name]?.string else { throw unreachable("its discovery document lacks \(name)") }
            return try url(text)
        }
        let places = Places(
            authorization: try place("authorization_endpoint"), token: try place("token_endpoint"), keys: try place("jwks_uri"))
        state.withLock { $0.places = (places, now) }
        return places
    }

    private func keys() async throws -> [JSONWebKey] {
        if let kept = state.withLock({ $0.keys }), nowMilliseconds() - kept.at < Self.keptMilliseconds { return kept.value }
        return try await fetchKeys()
    }

    /// The keys as they are now; `nil` if they were asked for within the last minute.
    private func keysAskedAgain() async throws -> [JSONWebKey]? {
        let now = nowMilliseconds()
        let mayAsk = state.withLock { state in
            guard now - state.askedForKeys >= Self.askAgainMilliseconds else { return false }
            state.askedForKeys = now
            return true
        }
        return mayAsk ? try await fetchKeys() : nil
    }

    private func fetchKeys() async throws -> [JSONWebKey] {
        let now = nowMilliseconds()
        guard state.withLock({ now - $0.failed >= Self.restMilliseconds }) else {
            throw AssayError(.unavailable, "The identity provider could not be used a moment ago. Try again in some seconds.")
        }
        let document: JSONValue
        do {
            document = try json(await client.get(try await places().keys), "key set")
        } catch {
            state.withLock { $0.failed = now }
            throw error
        }
        let keys = (document["keys"]?.array ?? []).prefix(64).compactMap { JSONWebKey($0) }
        state.withLock { $0.keys = (keys, nowMilliseconds()) }
        return keys
    }

    private func url(_ text: String) throws -> OutgoingURL {
        do {
            return try OutgoingURL(Text(text))
        } catch {
            throw unreachable("'\(text.prefix(200))' is no address")
        }
    }

    private func json(_ outcome: OutgoingOutcome, _ what: String) throws -> JSONValue {
        switch outcome {
        case .failed(_, let words): throw unreachable("its \(what): \(words)")
        case .answered(let answer):
            guard answer.status == 200, let value = try? JSONValue(parsing: answer.body, limits: Self.limits) else {
                throw unreachable("its \(what) answered \(answer.status)\(answer.status == 200 ? ", and no JSON" : "")")
            }
            return value
        }
    }

    private func unreachable(_ reason: String) -> AssayError {
        logger.error("the identity provider cannot be used", metadata: ["issuer": "\(settings.issuer)", "reason": "\(reason)"])
        return AssayError(.unavailable, "The identity provider cannot be used at the moment; the server's log has the reason.")
    }
}
