package import AssayTerms
import AssayWorkflows

/// One method and path with the permission it asks for. There is no way to make a route without one.
package struct Route: Sendable {
    package enum BodyRule: Sendable {
        /// The body is ignored.
        case none
        /// The body is JSON of at most `limit` bytes, sent as `application/json`.
        case json(limit: Int)
        /// As `json`, and any other content type is accepted too.
        case anyContentType(limit: Int)
        /// The fields of a form, sent as `application/x-www-form-urlencoded`.
        case form(limit: Int)
        /// The handler reads the body itself.
        case stream
    }

    package static let standardBodyLimit = 32 << 20
    /// Of a GET, whose body can hold what a query can.
    package static let fieldsBodyLimit = 1 << 20
    package static let formBodyLimit = 64 << 10

    package let method: String
    /// Segments of literal text or `{name}`; a last `{name...}` takes the rest of the path.
    package let path: String
    package let permission: Permission
    package let scope: Scope
    package let body: BodyRule
    /// Whether the handler itself asks for a key that stands in for credentials, so that requests without a named person may
    /// come through a proxy, and no word of a session is asked for.
    package let takesKey: Bool
    /// Whether this is a page for people: links of other sites may lead to it, and who may not see it is sent to log in.
    package let isPage: Bool
    /// How a page tells somebody that they may not see it; `nil` says it as to programs.
    package let refused: (@Sendable (Exchange, AssayError) -> Reply)?
    package let handler: @Sendable (Exchange) async throws -> Reply

    /// - Parameter scope: what the permission has to reach; without one the strictest, everything.
    package init(
        _ method: String, _ path: String, _ permission: Permission, on scope: Scope = .house, body: BodyRule? = nil,
        takesKey: Bool = false, isPage: Bool = false, refused: (@Sendable (Exchange, AssayError) -> Reply)? = nil,
        handler: @escaping @Sendable (Exchange) async throws -> Reply
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.scope = scope
        self.takesKey = takesKey
        self.isPage = isPage
        self.refused = refused
        let standard: BodyRule
        switch method {
        // MLflow reads the fields of a GET from a JSON body too, whatever its content type; no browser can send one.
        case "GET": standard = .anyContentType(limit: Self.fieldsBodyLimit)
        case "HEAD": standard = .none
        default: standard = .json(limit: Self.standardBodyLimit)
        }
        self.body = body ?? standard
        self.handler = handler
    }

    /// The handler's answer, with everything it looks at and changes held to what the caller may, and noted; see
    /// ``AccessGuard``.
    func answer(_ exchange: Exchange, log: AccessLog?) async throws -> Reply {
        if permission == .open {
            do {
                return try await handler(exchange)
            } catch let error as AssayError where error.code == .permissionDenied && exchange.principal.isKnown {
                // What is open to ask for is denied by the use case, and a denial is filed wherever it is made.
                if let log { try await noteDenial(of: exchange, in: log) }
                throw error
            }
        }
        var objects: [AccessObject] = []
        if case .objects(let find) = scope.kind, AccessGuard.needsObjects(exchange.principal, permission) {
            objects = try find(exchange)
        }
        let access = AccessGuard(
            exchange.principal, permission, on: objects, route: Text("\(method) \(path)"),
            address: log?.kept(exchange.address), log: log)
        let reply: Reply
        do {
            reply = try await AccessGuard.$current.withValue(access) { try await handler(exchange) }
        } catch {
            try await access.finish(error)
            throw error
        }
        try await access.finish(nil)
        return reply
    }

    /// Why somebody may not, whatever their request is about; `nil` if that depends on it.
    func refusal(of principal: Principal) -> AssayError? {
        if principal.authentication.workflow != nil, permission != .runEval {
            return AssayError(.permissionDenied, "The token of a workflow's run hands in evidence and does nothing else.")
        }
        var isHouse = false
        if case .house = scope.kind { isHouse = permission != .open }
        let reach = principal.reach(permission)
        guard !principal.may(permission) || isHouse && !reach.isTotal else { return nil }
        return AssayError(
            .permissionDenied,
            "\(principal.name) may not do this: it needs the permission '\(permission.rawValue)'\(reach.isPossible ? " on everything" : "").\(principal.remedy(for: permission))")
    }

    /// Notes that somebody may not, under what they asked it of as far as that is there; durable when this returns.
    func noteDenial(of exchange: Exchange, in log: AccessLog) async throws {
        var objects: [AccessObject] = []
        if case .objects(let find) = scope.kind { objects = (try? find(exchange)) ?? [] }
        try await log.noteDenial(
            of: exchange.principal, permission, route: Text("\(method) \(path)"), on: objects, from: exchange.address)
    }

    /// The same route under another prefix.
    package func prefixed(_ prefix: String) -> Route {
        Route(method, prefix + path, permission, on: scope, body: body, takesKey: takesKey, isPage: isPage, refused: refused, handler: handler)
    }
}
