import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// From a request to an answer: browser rules, identity, rate, route, permission, body, forged requests, handler, error table. In
/// that order.
struct Responder: HTTPResponder {
    typealias Context = RequestOrigin

    let routes: RouteTable
    let rules: BrowserRules
    let isEncrypted: Bool
    /// Who sends these; throws `unauthenticated` for credentials that are not known.
    let authenticate: @Sendable (RequestCredentials) async throws -> Caller
    /// Where they come from, as far as it can be believed.
    var address: @Sendable (RequestCredentials) -> Text = { Text($0.peer) }
    let logger: Logger
    /// Takes who reads and changes what.
    var accessLog: AccessLog?
    /// How much each may ask; `nil` as much as they like.
    var budgets: RequestBudgets?
    /// Takes how many requests there are and how long they take.
    var metrics: MetricsRegister?
    /// What is read of the body of a request that is denied, for the sake of what it names.
    private static let deniedBodyBytes = 64 << 10

    func respond(to request: Request, context: RequestOrigin) async -> Response {
        let reply: Reply
        let start = ContinuousClock.now
        do {
            reply = try await self.reply(to: request, over: context.channel)
        } catch {
            reply = failure(error, request)
        }
        if let metrics { note(reply.status, of: request.method, since: start, in: metrics) }
        return reply.response(isHead: request.method == .head)
    }

    private func note(_ status: Int, of method: HTTPRequest.Method, since start: ContinuousClock.Instant, in metrics: MetricsRegister) {
        // Words of a client's own make no series.
        let word: Text = Self.knownMethods.contains(method) ? Text(method.rawValue) : "other"
        let seconds = start.duration(to: .now) / .seconds(1)
        metrics.add(.requests, labels: [word, Text(String(status))])
        metrics.observe(.requestSeconds, labels: [word], value: seconds)
    }

    private static let knownMethods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    private func reply(to request: Request, over channel: any Channel) async throws -> Reply {
        let path = request.uri.path
        let match = routes.match(method: request.method.rawValue, path: path)
        try rules.check(authority: request.head.authority, headers: request.headers, isLink: match.isPage && Self.isSafe(request.method))
        let credentials = RequestCredentials(headers: request.headers, peer: channel.remoteAddress?.ipAddress ?? "")
        let caller: Caller
        do {
            caller = try await authenticate(credentials)
        } catch {
            if let seconds = budgets?.spend(onAddress: address(credentials)) { return Self.tooMany(seconds) }
            throw error
        }
        // A load balancer's question is answered whoever asks much beside it.
        if path != "/health", let seconds = budgets?.spend(on: caller) { return Self.tooMany(seconds) }
        let principal = caller.principal
        let isPageRead = match.isPage && Self.isSafe(request.method)
        if let refusal = rules.refusal(ofForwarded: request.headers, hasCredentials: principal.isKnown || match.takesKey) {
            guard isPageRead else { throw refusal }
            return LoginAddress.redirect(to: request.uri.string)
        }
        switch match {
        case .none:
            return Self.error(.endpointNotFound, "No such endpoint: \(request.method.rawValue) \(path.prefix(200)).", status: 404)
        case .otherMethods(let methods):
            var reply = Self.error(
                .endpointNotFound, "\(path.prefix(200)) does not answer \(request.method.rawValue); it answers \(methods.joined(separator: ", ")).",
                status: 405)
            reply.headers.append((name: "Allow", value: methods.joined(separator: ", ")))
            return reply
        case .route(let route, let parameters):
            let query = PercentCoding.query(request.uri.query ?? "")
            let stream = BodyChunks(request, channel)
            func exchange(_ body: [UInt8]) -> Exchange {
                Exchange(
                    principal: principal, session: caller.session, address: caller.address, isEncrypted: isEncrypted,
                    method: request.method, authority: request.head.authority ?? "", path: path, parameters: parameters,
                    query: query ?? [], headers: request.headers, body: body, bodyStream: stream)
            }
            if let refusal = route.refusal(of: principal) {
                if !principal.isKnown, !principal.may(route.permission) {
                    if isPageRead { return LoginAddress.redirect(to: request.uri.string) }
                    throw AssayError(
                        .unauthenticated,
                        "This needs a named person. Set ASSAY_TOKEN or MLFLOW_TRACKING_TOKEN to your token; an administrator makes one with `assay user create`.")
                }
                if let accessLog {
                    let body = try? await denied(stream, rule: route.body)
                    try await route.noteDenial(of: exchange(body ?? []), in: accessLog)
                }
                if let refused = route.refused { return refused(exchange([]), refusal) }
                throw refusal
            }
            guard query != nil else {
                throw AssayError(.unreadable, "The query string is not valid percent-encoded UTF-8.")
            }
            let isStreamed = if case .stream = route.body { true } else { false }
            if isStreamed, !route.takesKey { try check(caller, request, body: []) }
            let body = try await readBody(stream, headers: request.headers, rule: route.body)
            if !isStreamed, !route.takesKey { try check(caller, request, body: body) }
            return try await route.answer(exchange(body), log: accessLog)
        }
    }

    /// The body of a request that is denied, if it is a short one; nothing for one whose handler would read it itself.
    private func denied(_ stream: BodyChunks, rule: Route.BodyRule) async throws -> [UInt8]? {
        switch rule {
        case .none, .stream, .form: nil
        case .json, .anyContentType: try await stream.collected(limit: Self.deniedBodyBytes)
        }
    }

    private static func tooMany(_ seconds: Int64) -> Reply {
        let code = WireErrorCode.requestLimitExceeded
        var reply = error(
            code, "Too many requests at once. Send the next one in \(seconds) second\(seconds == 1 ? "" : "s"), and then more slowly.",
            status: code.httpStatus)
        reply.headers.append((name: "Retry-After", value: String(seconds)))
        return reply
    }

    private static func isSafe(_ method: HTTPRequest.Method) -> Bool { method == .get || method == .head }

    /// A browser sends its cookie whoever made it send the request, so what changes something also carries a word that only
    /// our own pages know: `X-CSRF-Token`, or the form's field `csrf`.
    private func check(_ caller: Caller, _ request: Request, body: [UInt8]) throws(AssayError) {
        guard let session = caller.session, !Self.isSafe(request.method) else { return }
        let isForm = request.headers[.contentType]?.lowercased().hasPrefix(FormFields.contentType) ?? false
        let sent = request.headers[FormFields.header] ?? (isForm ? FormFields(body)?[FormFields.tokenName]?.string : nil)
        guard let sent, session.accepts(csrfToken: sent) else {
            throw AssayError(
                .permissionDenied,
                "The request does not come from a page of this session. Load the page again; programs send a token instead of a cookie.")
        }
    }

    private func readBody(_ stream: BodyChunks, headers: HTTPFields, rule: Route.BodyRule) async throws -> [UInt8] {
        let limit: Int
        switch rule {
        case .none, .stream: return []
        case .json(let bytes):
            limit = bytes
            guard let written = headers[.contentType] else {
                throw AssayError(.invalidArgument, "Bad Request. Content-Type header is missing.")
            }
            let type = written.split(separator: ";").first.map { $0.trimmed().lowercased() }
            guard type == "application/json" else {
                throw AssayError(.invalidArgument, "Bad Request. Content-Type must be one of ['application/json'].")
            }
        case .form(let bytes):
            limit = bytes
            guard headers[.contentType]?.lowercased().hasPrefix(FormFields.contentType) ?? false else {
                throw AssayError(.invalidArgument, "Bad Request. Content-Type must be one of ['\(FormFields.contentType)'].")
            }
        case .anyContentType(let bytes): limit = bytes
        }
        guard let body = try await stream.collected(limit: limit) else {
            throw AssayError(.limitExceeded, "The body is larger than \(limit) bytes. Send less at once.")
        }
        return body
    }

    /// Errors of ours keep their words; anything else is a fault of ours, logged and not shown.
    private func failure(_ error: any Error, _ request: Request) -> Reply {
        guard let error = error as? AssayError else {
            logger.error("unexpected error", metadata: ["route": "\(request.uri.path.prefix(200))", "type": "\(type(of: error))"])
            return Self.error(.internalError, "Something failed inside the server; its log has the details.", status: 500)
        }
        if [.internalFault, .corrupt, .unavailable, .storageFull].contains(error.code) {
            logger.error("\(error.message)", metadata: ["route": "\(request.uri.path.prefix(200))", "cause": "\(error.cause.map { "\(type(of: $0))" } ?? "none")"])
        }
        let code = WireErrorCode(error.code)
        return Self.error(code, error.message, status: code.httpStatus)
    }

    static func error(_ code: WireErrorCode, _ message: String, status: Int) -> Reply {
        var body: JSONObject = ["error_code": .string(code.rawValue), "message": .string(message)]
        if let state = code.sqlState { body["sqlstate"] = .string(state) }
        if let errorClass = code.errorClass { body["error_class"] = .string(errorClass) }
        return .json(JSONValue.object(body).bytes(), status: status)
    }
}

/// The connection a request came over.
struct RequestOrigin: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

extension Substring {
    fileprivate func trimmed() -> Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
