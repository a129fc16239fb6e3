package import AssayTerms
package import AssayWorkflows

/// The routes of this process, for a part of it that is a client as any other: asked without a connection, held to the same permissions,
/// and noted in the same access log.
package struct LocalRoutes: Sendable {
    /// Those that clients within ``with(_:_:)`` ask, rather than an address.
    @TaskLocal package static var current: LocalRoutes?

    private static let place: Text = "in process"

    private let table: RouteTable
    private let principal: Principal
    private let log: AccessLog?

    package init(_ routes: [Route], as principal: Principal, log: AccessLog?) {
        table = RouteTable(routes)
        self.principal = principal
        self.log = log
    }

    /// - Parameters:
    ///   - path: segments, not percent-encoded.
    ///   - limit: how many bytes an answer may have.
    /// - Throws: what the route throws; `notFound` without one, `permissionDenied` for who may not, `limitExceeded` for a longer answer.
    package func answer(
        _ method: String, _ path: [String], query: [(String, String)], contentType: String?, body: [UInt8], limit: Int
    ) async throws -> (status: Int, bytes: [UInt8]) {
        let text = path.map { "/" + PercentCoding.encode($0) }.joined()
        guard case .route(let route, let parameters) = table.match(method: method, path: text) else {
            throw AssayError(.notFound, "This server has no \(method) \(text.prefix(200)).")
        }
        if let refusal = route.refusal(of: principal) { throw refusal }
        let exchange = Exchange.local(
            principal, address: Self.place, method: method, path: text, parameters: parameters, query: query.map { (Text($0), Text($1)) },
            contentType: contentType, body: body)
        let reply = try await route.answer(exchange, log: log)
        switch reply.body {
        case .bytes(let bytes): return (reply.status, bytes)
        case .stream(_, let chunks):
            var bytes: [UInt8] = []
            for try await chunk in chunks {
                bytes += chunk
                guard bytes.count <= limit else { throw AssayError(.limitExceeded, "An answer is larger than \(limit) bytes and is not read.") }
            }
            return (reply.status, bytes)
        }
    }
}
