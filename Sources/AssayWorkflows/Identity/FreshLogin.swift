package import AssayTerms

/// When somebody counts as having just shown who they are, which approvals, waivers, roles, tokens and passwords ask for.
///
/// A stolen browser or a screen left open is good for reading, not for approving. What counts: a password that came with the
/// request itself; a browser's log-in, or a provider's statement of one, that is not older than ``minutes``; and a person's
/// token, unless ``isStrict``. Strictly, only an elevated token counts: one that its holder made after logging in, and that
/// lives no longer than ``minutes``.
package struct FreshLogin: Hashable, Sendable {
    package static let standardMinutes: Int64 = 15
    /// How far the clock of an identity provider may be ahead of ours.
    private static let skewMilliseconds: Int64 = 60_000

    package var minutes: Int64
    package var isStrict: Bool

    package init(minutes: Int64 = standardMinutes, isStrict: Bool = false) {
        self.minutes = minutes
        self.isStrict = isStrict
    }

    func accepts(_ authentication: Authentication, now: Int64) -> Bool {
        switch authentication.method {
        case .none, .workflow: false
        case .password, .directory: true
        case .token: !isStrict || isRecent(authentication, now: now)
        case .session, .bearer: isRecent(authentication, now: now)
        }
    }

    /// Whether the person showed who they are by this very request or log-in, whatever is said of tokens.
    func isRecent(_ authentication: Authentication, now: Int64) -> Bool {
        guard let login = authentication.loginMilliseconds else { return false }
        return login <= now + Self.skewMilliseconds && now - login <= minutes * 60_000
    }
}

extension UseCases {
    /// Refuses a credential that was restricted to some permissions: what changes accounts and roles could make one that is not.
    ///
    /// - Throws: `permissionDenied`.
    func requireUnrestricted(_ actor: Principal, for what: String) throws(AssayError) {
        guard actor.authentication.verbs == nil else {
            throw AssayError(.permissionDenied, "\(what) is not made with a token that is restricted to some permissions.")
        }
    }

    /// Asks whether `actor` has just shown who they are.
    ///
    /// - Parameter what: what is to be done, as the beginning of a sentence: "An approval".
    /// - Throws: `unauthenticated`, with what to do.
    package func requireFreshLogin(_ actor: Principal, for what: String) throws(AssayError) {
        guard !freshLogin.accepts(actor.authentication, now: effects.nowMilliseconds()) else { return }
        let words: String
        switch actor.authentication.method {
        case .token:
            words = "\(what) needs more than a token here: send your name and password, or an elevated token (assay token create --elevated)."
        case .session:
            words = "\(what) needs a log-in of the last \(freshLogin.minutes) minutes. Log in again at /login, and repeat it."
        case .bearer:
            words = "\(what) needs a log-in of the last \(freshLogin.minutes) minutes. Log in again with your identity provider, and repeat it."
        case .none, .password, .directory, .workflow: words = "\(what) needs a named person who has just logged in."
        }
        throw AssayError(.unauthenticated, words)
    }
}
