import AssayCanonical
import AssayPages
import AssayStore
import AssayTerms
import AssayWire
package import AssayWorkflows

/// Logging in and out with a browser, and one's own account.
package struct LoginRoutes: Sendable {
    private let useCases: UseCases
    private let cookies: Cookies
    private let library: PageLibrary
    private let provider: OpenIDProvider?
    /// Of this process, for what browsers carry to the provider and back.
    private let key: [UInt8]

    /// - Parameter provider: where people may log in too.
    package static func routes(_ useCases: UseCases, cookies: Cookies, provider: OpenIDProvider? = nil) throws -> [Route] {
        let pages = LoginRoutes(
            useCases: useCases, cookies: cookies, library: try PageLibrary(), provider: provider, key: useCases.effects.randomBytes(32))
        let form = Route.BodyRule.form(limit: Route.formBodyLimit)
        return [
            Route("GET", LoginAddress.path, .open, takesKey: true, isPage: true) { pages.form($0) },
            Route("POST", LoginAddress.path, .open, body: form, takesKey: true) { try await pages.logIn($0) },
            Route("GET", LoginAddress.provider, .open, takesKey: true, isPage: true) { await pages.leave($0) },
            Route("GET", LoginAddress.providerBack, .open, takesKey: true, isPage: true) { await pages.comeBack($0) },
            Route("POST", "/logout", .open, body: form) { try await pages.logOut($0) },
            // Everybody's own, whatever else they may.
            Route("GET", "/account", .open, isPage: true) { try await pages.account($0) },
            Route("POST", "/account/password", .open, body: form) { try await pages.changePassword($0) },
            Route("POST", "/account/sessions/end", .open, body: form) { try await pages.endSession($0) },
        ]
    }

    // MARK: - In and out

    private func form(_ exchange: Exchange) -> Reply {
        answer(exchange, next: LoginAddress.safe(exchange.queryValue("next")), typedName: nil, problem: nil, status: 200)
    }

    /// The form with a fresh word in it and in a cookie: what is sent must bring both, so no other site can log a browser in.
    private func answer(_ exchange: Exchange, next: String, typedName: String?, problem: String?, status: Int) -> Reply {
        let secret = Hex.encode(useCases.effects.randomBytes(16))
        let choice = provider.map {
            LoginPage.Provider(label: $0.settings.label, address: "\(LoginAddress.provider)?next=\(PercentCoding.encode(next))")
        }
        let page = LoginPage(
            csrfToken: BrowserSession.token(ofSecret: secret), next: next, typedName: typedName, problem: problem, provider: choice)
        return Self.page(library.render(page, for: exchange.viewer), status: status, headers: [cookies.set(.form, secret, seconds: 3_600)])
    }

    private func logIn(_ exchange: Exchange) async throws -> Reply {
        guard let fields = FormFields(exchange.body) else {
            throw AssayError(.unreadable, "The form is not valid percent-encoded UTF-8.")
        }
        let next = LoginAddress.safe(fields["next"]?.string)
        let name = fields["name"] ?? ""
        guard let secret = cookies.value(.form, in: exchange.headers),
            BrowserSession(id: "", secret: secret).accepts(csrfToken: fields[FormFields.tokenName]?.string ?? "")
        else {
            return answer(
                exchange, next: next, typedName: name.string,
                problem: "The form was too old, or this browser keeps no cookies. Try once more.", status: 403)
        }
        do {
            let principal = try await useCases.authenticate(
                password: fields["password"]?.string ?? "", ofUserNamed: name, from: exchange.address)
            return try await begin(principal, in: exchange, next: next)
        } catch let error as AssayError where error.code == .unauthenticated || error.code == .tooSoon {
            return answer(
                exchange, next: next, typedName: name.string, problem: error.message, status: WireErrorCode(error.code).httpStatus)
        }
    }

    /// Starts a session and ends the one this browser had.
    private func begin(_ principal: Principal, in exchange: Exchange, next: String) async throws -> Reply {
        let session = try await useCases.startSession(for: principal)
        if let earlier = exchange.session { try? await useCases.endSession(id: earlier.id, by: exchange.principal) }
        return LoginAddress.redirect(next, headers: [cookies.set(.session, session.secret), cookies.clear(.form)])
    }

    private func logOut(_ exchange: Exchange) async throws -> Reply {
        if let session = exchange.session { try await useCases.endSession(id: session.id, by: exchange.principal) }
        return LoginAddress.redirect(LoginAddress.path, headers: [cookies.clear(.session)])
    }

    // MARK: - By an identity provider

    private func leave(_ exchange: Exchange) async -> Reply {
        let next = LoginAddress.safe(exchange.queryValue("next"))
        guard let provider else { return answer(exchange, next: next, typedName: nil, problem: "No identity provider is set up here.", status: 404) }
        do {
            let pending = PendingLogin(next: next, now: useCases.effects.nowMilliseconds(), randomBytes: useCases.effects.randomBytes)
            let address = try await provider.authorizationAddress(
                state: pending.state, nonce: pending.nonce, challenge: pending.challenge)
            let sealed = try pending.sealed(key: key, randomBytes: useCases.effects.randomBytes)
            return LoginAddress.redirect(address, headers: [cookies.set(.provider, sealed, seconds: PendingLogin.seconds)])
        } catch {
            return failed(error, exchange, next: next)
        }
    }

    /// The way back from the provider: it must be of the log-in that this very browser began, once, and not too long ago.
    private func comeBack(_ exchange: Exchange) async -> Reply {
        let words = "This log-in did not begin in this browser, or took too long. Begin again."
        guard let provider, let sealed = cookies.value(.provider, in: exchange.headers),
            let pending = PendingLogin(sealed: sealed, key: key, now: useCases.effects.nowMilliseconds()),
            ConstantTime.equal(Array((exchange.queryValue("state") ?? "").utf8), Array(pending.state.utf8)),
            exchange.queryValue("iss").map({ $0 == provider.settings.issuer }) ?? true
        else { return ended(answer(exchange, next: "/", typedName: nil, problem: words, status: 403)) }
        guard let code = exchange.queryValue("code"), !code.isEmpty else {
            return ended(answer(exchange, next: pending.next, typedName: nil, problem: "The identity provider did not log you in.", status: 403))
        }
        do {
            let token = try await provider.idToken(forCode: code, verifier: pending.verifier)
            let login = try await provider.login(idToken: token, nonce: pending.nonce)
            let principal = try await useCases.authenticate(external: login, roles: provider.settings.roles)
            return ended(try await begin(principal, in: exchange, next: pending.next))
        } catch {
            return ended(failed(error, exchange, next: pending.next))
        }
    }

    private func ended(_ reply: Reply) -> Reply {
        var reply = reply
        reply.headers.append(cookies.clear(.provider))
        return reply
    }

    private func failed(_ error: any Error, _ exchange: Exchange, next: String) -> Reply {
        let error = error as? AssayError ?? AssayError(.internalFault, "Logging in failed inside the server.", cause: error)
        return answer(exchange, next: next, typedName: nil, problem: error.message, status: WireErrorCode(error.code).httpStatus)
    }

    // MARK: - One's own account

    private func account(_ exchange: Exchange, problem: String? = nil, status: Int = 200) async throws -> Reply {
        let principal = exchange.principal
        guard principal.isNamed else { return LoginAddress.redirect(to: "/account") }
        let now = useCases.effects.nowMilliseconds()
        let records = try await useCases.sessions(of: principal)
        let present = records.first { $0.id == exchange.session?.id }
        let sessions = records.map {
            AccountPage.SessionRow(
                id: $0.id, method: Self.words($0.method), began: PageText.time($0.loginMilliseconds),
                seen: PageText.time(max($0.seenMilliseconds, $0.loginMilliseconds)), isPresent: $0.id == exchange.session?.id)
        }
        let tokens = try await useCases.tokens(ofEveryone: false, by: principal).filter { $0.isUsable(atMilliseconds: now) }.map {
            AccountPage.TokenRow(
                label: $0.label.isEmpty ? "(no label)" : $0.label.string, id: $0.id,
                limits: ($0.verbs.map { Permission.list($0).split(separator: " ").joined(separator: ", ") } ?? "all you may do")
                    + ($0.isMadeByAnother ? ", but for what a person answers for: somebody else made it" : ""),
                expires: PageText.time($0.expiresMilliseconds), used: $0.usedMilliseconds.map(PageText.time) ?? "never")
        }
        let means = try await useCases.meansOfLogin(principal)
        let page = AccountPage(
            person: principal.name.string, roles: principal.roles.isEmpty ? "none yet" : principal.roles.map(\.rawValue).joined(separator: ", "),
            method: Self.words(present?.method ?? principal.authentication.method), csrfToken: exchange.session?.csrfToken ?? "", sessions: sessions,
            tokens: tokens, hasPassword: means.hasPassword, mayChangePassword: exchange.session != nil && !means.isExternal,
            notice: Self.notice(for: principal), problem: problem)
        return Self.page(library.render(page, for: exchange.viewer), status: status)
    }

    private func changePassword(_ exchange: Exchange) async throws -> Reply {
        guard let fields = FormFields(exchange.body), let new = fields["new"], exchange.principal.isNamed else {
            throw AssayError(.invalidArgument, "The form needs the field 'new', and somebody logged in.")
        }
        do {
            try await useCases.setPassword(
                new.string, ofUserNamed: exchange.principal.name, old: fields["old"]?.string, from: exchange.address,
                by: exchange.principal)
        } catch let error as AssayError where [.unauthenticated, .tooSoon, .invalidArgument].contains(error.code) {
            return try await account(exchange, problem: error.message, status: WireErrorCode(error.code).httpStatus)
        }
        return LoginAddress.redirect(LoginAddress.path, headers: [cookies.clear(.session)])
    }

    private func endSession(_ exchange: Exchange) async throws -> Reply {
        guard exchange.principal.isNamed else { return LoginAddress.redirect(to: "/account") }
        let id = FormFields(exchange.body)?["session"]?.string
        if let id { try await useCases.endSession(id: id, by: exchange.principal) } else { try await useCases.endSessions(by: exchange.principal) }
        guard let id, id != exchange.session?.id else {
            return LoginAddress.redirect(LoginAddress.path, headers: [cookies.clear(.session)])
        }
        return LoginAddress.redirect("/account")
    }

    // MARK: - Parts

    private static func page(_ html: String, status: Int, headers: [(name: String, value: String)] = []) -> Reply {
        var reply = Reply.html(html, status: status)
        reply.headers = [("Cache-Control", "no-store")] + headers
        return reply
    }

    /// What somebody should do first.
    private static func notice(for principal: Principal) -> String? {
        if principal.authentication.isMadeByAnother {
            let what = principal.authentication.method == .token ? "token" : "password"
            return "Somebody else made the \(what) you came with and knows it. Until you put your own in its place, nothing that a person answers for is done with it."
        }
        return principal.mayNothing
            ? "You hold no role here yet. Ask whoever administers this server for one that fits your work, and tell them your name as it stands here."
            : nil
    }

    private static func words(_ method: Authentication.Method) -> String {
        switch method {
        case .none: "nothing"
        case .token: "a token"
        case .password: "password"
        case .session: "this browser's session"
        case .bearer: "identity provider"
        case .directory: "directory"
        case .workflow: "workflow"
        }
    }
}

extension Exchange {
    /// Who looks at the page that is answered.
    var viewer: Viewer {
        principal.isNamed ? Viewer(name: principal.name.string, csrfToken: session?.csrfToken) : .nobody
    }
}
