import AssayCanonical
import AssayJSON
import AssayTerms
import AssayWorkflows
import Logging
import Synchronization

/// An issuer of tokens (OpenID Connect Discovery 1.0): its discovery document, and the keys that sign.
///
/// Both are fetched when first needed and kept for an hour. A token whose key is not known makes the keys be fetched once more,
/// at most once a minute, so that new keys are found and made-up key names are no way to make us ask.
final class IssuerKeys: Sendable {
    private struct State {
        var document: (value: JSONValue, at: Int64)?
        var keys: (value: [JSONWebKey], at: Int64)?
        var askedForKeys: Int64 = 0
        var failed: Int64 = 0
    }

    private static let keptMilliseconds: Int64 = 3_600_000
    private static let askAgainMilliseconds: Int64 = 60_000
    /// After a failure nobody asks for so long, so that an issuer in trouble is not asked once for every request of ours.
    private static let restMilliseconds: Int64 = 5_000
    private static let limits = JSONLimits(bytes: 64 << 10, depth: 16)

    private let issuer: String
    private let client: OutgoingClient
    private let nowMilliseconds: @Sendable () -> Int64
    private let logger: Logger
    private let state = Mutex(State())

    init(issuer: String, client: OutgoingClient, nowMilliseconds: @escaping @Sendable () -> Int64, logger: Logger) {
        self.issuer = issuer
        self.client = client
        self.nowMilliseconds = nowMilliseconds
        self.logger = logger
    }

    /// What a token says, once one of the issuer's keys signed it and it says what it must.
    ///
    /// - Parameter refused: makes the error for a reason that is for the log alone.
    /// - Throws: what `refused` made; `unavailable` while the issuer cannot be reached.
    func claims(of token: JSONWebToken, _ expectation: TokenExpectation, refused: (String) -> AssayError) async throws -> JSONValue {
        var keys = try await keys()
        if !token.hasKey(among: keys) { keys = try await keysAskedAgain() ?? keys }
        guard let claims = token.claims(signedBy: keys) else { throw refused("no key of the provider's signed it") }
        if let objection = expectation.objection(to: claims, nowSeconds: Double(nowMilliseconds()) / 1_000) {
            throw refused(objection)
        }
        return claims
    }

    /// The address that the discovery document names under `name`.
    ///
    /// - Throws: `unavailable` while the issuer cannot be reached, or says of itself that it is another one.
    func place(_ name: String) async throws -> OutgoingURL {
        guard let text = try await document()[name]?.string else { throw unreachable("its discovery document lacks \(name)") }
        return try url(text)
    }

    private func document() async throws -> JSONValue {
        let now = nowMilliseconds()
        if let kept = state.withLock({ $0.document }), now - kept.at < Self.keptMilliseconds { return kept.value }
        var base = issuer
        while base.hasSuffix("/") { base.removeLast() }
        let document = try json(await client.get(try url(base + "/.well-known/openid-configuration")), "discovery document")
        guard document["issuer"]?.string == issuer else { throw unreachable("its discovery document names another issuer") }
        state.withLock { $0.document = (document, now) }
        return document
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
            document = try json(await client.get(try await place("jwks_uri")), "key set")
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

    /// The JSON of an answer.
    ///
    /// - Throws: `unavailable` for anything but 200 and JSON.
    func json(_ outcome: OutgoingOutcome, _ what: String) throws -> JSONValue {
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
        logger.error("the identity provider cannot be used", metadata: ["issuer": "\(issuer)", "reason": "\(reason)"])
        return AssayError(.unavailable, "The identity provider cannot be used at the moment; the server's log has the reason.")
    }
}
