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
    package let handler: @Sendable (Exchange) async throws -> Reply

    /// - Parameter scope: what the permission has to reach; without one the strictest, everything.
    package init(
        _ method: String, _ path: String, _ permission: Permission, on scope: Scope = .house, body: BodyRule? = nil,
        takesKey: Bool = false, isPage: Bool = false, handler: @escaping @Sendable (Exchange) async throws -> Reply
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.scope = scope
        self.takesKey = takesKey
        self.isPage = isPage
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
    ///
    /// - Parameter keepsAddress: whether the log takes where the request came from.
    func answer(_ exchange: Exchange, log: AccessLog?, keepsAddress: Bool) async throws -> Reply {
        if permission == .open { return try await handler(exchange) }
        var objects: [AccessObject] = []
        if case .objects(let find) = scope.kind, AccessGuard.needsObjects(exchange.principal, permission) {
            objects = try find(exchange)
        }
        let access = AccessGuard(
            exchange.principal, permission, on: objects, route: Text("\(method) \(path)"),
            address: keepsAddress && !exchange.address.isEmpty ? exchange.address : nil, log: log)
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

    /// The record of somebody who may do this to nothing.
    func denial(of principal: Principal) -> AccessRecord {
        AccessRecord(
            principalID: principal.id, verb: permission, route: Text("\(method) \(path)"), objects: [], outcome: .denied,
            address: nil)
    }

    /// The same route under another prefix.
    package func prefixed(_ prefix: String) -> Route {
        Route(method, prefix + path, permission, on: scope, body: body, takesKey: takesKey, isPage: isPage, handler: handler)
    }
}
