import AssayCanonical
import AssayJSON
import AssayServer
import AssayTerms
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Requests to an Assay server: JSON in, JSON out, every failure one clear error.
///
/// Redirects are not followed, so that a token never goes to a host that was not named.
struct ServerClient: Sendable {
    private static let answerLimit = 80 << 20
    private static let requestSeconds: Int64 = 120

    private let base: String
    /// The `Authorization` header.
    private let authorization: String?
    /// `nil` in the server's own process, where ``LocalRoutes/current`` answers.
    private let client: HTTPClient?

    /// Opens a client for the length of `use`.
    ///
    /// - Parameter login: a name and a password, sent instead of the token.
    /// - Throws: `invalidArgument` unless `address` is http:// or https:// with a host, and no user, query or fragment.
    static func with<Answer>(
        address: String, token: String?, login: (name: String, password: String)? = nil, _ use: (ServerClient) async throws -> Answer
    ) async throws -> Answer {
        if LocalRoutes.current != nil { return try await use(ServerClient(base: "this server", authorization: nil, client: nil)) }
        let base = try Self.base(of: address)
        if let token, !token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw AssayError(.unauthenticated, "The token in ASSAY_TOKEN has spaces or other characters no token has.")
        }
        let basic = login.map { "Basic " + Base64.encode(Array("\($0.name):\($0.password)".utf8)) }
        let authorization = basic ?? token.map { "Bearer \($0)" }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(requestSeconds))
        // Where nothing listens, waiting for something to listen helps nobody at a prompt.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await use(ServerClient(base: base, authorization: authorization, client: client))
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// - Parameters:
    ///   - path: segments, each one name; they are percent-encoded here.
    func get(_ path: [String], query: [(String, String)] = []) async throws(AssayError) -> JSONValue {
        try await send(.GET, path, query: query, body: nil)
    }

    func post(_ path: [String], _ value: JSONValue) async throws(AssayError) -> JSONValue {
        try await send(.POST, path, body: (value.bytes(), "application/json"))
    }

    func post(_ path: [String], text: [UInt8], type: String) async throws(AssayError) -> JSONValue {
        try await send(.POST, path, body: (text, type))
    }

    func put(_ path: [String], _ value: JSONValue) async throws(AssayError) -> JSONValue {
        try await send(.PUT, path, body: (value.bytes(), "application/json"))
    }

    func put(_ path: [String], bytes: [UInt8]) async throws(AssayError) -> JSONValue {
        try await send(.PUT, path, body: (bytes, "application/octet-stream"))
    }

    func patch(_ path: [String], _ value: JSONValue) async throws(AssayError) -> JSONValue {
        try await send(.PATCH, path, body: (value.bytes(), "application/json"))
    }

    func delete(_ path: [String]) async throws(AssayError) -> JSONValue { try await send(.DELETE, path, body: nil) }

    /// What is answered as bytes and not as JSON.
    func bytes(_ path: [String], query: [(String, String)] = []) async throws(AssayError) -> [UInt8] {
        let (status, bytes) = try await exchange(.GET, path, query: query, body: nil)
        guard status == 200 else {
            _ = try answer(status: status, bytes)
            throw AssayError(.unreadable, "\(base) answered HTTP \(status) and not as an Assay server does; is the address right?")
        }
        return bytes
    }

    private func send(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], body: ([UInt8], String)?
    ) async throws(AssayError) -> JSONValue {
        let (status, bytes) = try await exchange(method, path, query: query, body: body)
        return try answer(status: status, bytes)
    }

    private func exchange(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)], body: ([UInt8], String)?
    ) async throws(AssayError) -> (status: Int, bytes: [UInt8]) {
        guard let client else {
            guard let routes = LocalRoutes.current else { throw AssayError(.internalFault, "the server's own routes are not at hand") }
            do {
                return try await routes.answer(
                    method.rawValue, path, query: query, contentType: body?.1, body: body?.0 ?? [], limit: Self.answerLimit)
            } catch let error as AssayError {
                throw error
            } catch {
                throw AssayError(.internalFault, "the server's own routes failed", cause: error)
            }
        }
        var address = base + path.map { "/" + PercentCoding.encode($0) }.joined()
        if !query.isEmpty {
            address += "?" + query.map { PercentCoding.encode($0) + "=" + PercentCoding.encode($1) }.joined(separator: "&")
        }
        var request = HTTPClientRequest(url: address)
        request.method = method
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        if let body {
            request.headers.add(name: "Content-Type", value: body.1)
            request.body = .bytes(ByteBuffer(bytes: body.0))
        }
        let status: Int
        let bytes: [UInt8]
        do {
            let response = try await client.execute(request, timeout: .seconds(Self.requestSeconds))
            status = Int(response.status.code)
            var buffer = try await response.body.collect(upTo: Self.answerLimit)
            bytes = buffer.readBytes(length: buffer.readableBytes) ?? []
        } catch {
            throw failure(error)
        }
        return (status, bytes)
    }

    private func answer(status: Int, _ bytes: [UInt8]) throws(AssayError) -> JSONValue {
        let value = try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.answerLimit))
        if (200..<300).contains(status) {
            guard let value else {
                throw AssayError(.unreadable, "\(base) did not answer JSON; is it an Assay server?")
            }
            return value
        }
        guard let message = value?["message"]?.string else {
            throw AssayError(
                status >= 500 ? .unavailable : .unreadable,
                "\(base) answered HTTP \(status) and not as an Assay server does; is the address right?")
        }
        throw AssayError(Self.code(status: status, name: value?["error_code"]?.string), message)
    }

    private static func code(status: Int, name: String?) -> AssayError.Code {
        switch (status, name) {
        case (_, "RESOURCE_ALREADY_EXISTS"): .alreadyExists
        case (401, _): .unauthenticated
        case (403, _): .permissionDenied
        case (404, _): .notFound
        case (409, _): .conflict
        case (413, _): .limitExceeded
        case (429, _), (502, _), (503, _), (504, _): .unavailable
        case (500..., _): .internalFault
        default: .invalidArgument
        }
    }

    private func failure(_ error: any Error) -> AssayError {
        let what: String
        switch error {
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            what = "no server answers there; start one with 'assay server', or name another with --server"
        case let error as NIOConnectionError:
            what = "there is no way to \(error.host); is the address right?"
        case let error as HTTPClientError where error == .connectTimeout:
            what = "nothing answered within 10 seconds; is the address right?"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            what =
                "no answer within \(Self.requestSeconds) seconds; the request may have been carried out, so look before you repeat it"
        case is NIOTooManyBytesError: what = "the answer is larger than \(Self.answerLimit >> 20) MiB"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            what = "the server closed the connection; is it an http:// address of an https:// server, or did it stop?"
        default: what = "the connection failed"
        }
        return AssayError(.unavailable, "\(base): \(what).", cause: error)
    }

    private static func base(of address: String) throws(AssayError) -> String {
        let lower = address.lowercased()
        let scheme = ["http://", "https://"].first(where: lower.hasPrefix)
        let rest = scheme.map { address.utf8.dropFirst($0.utf8.count) } ?? address.utf8[...]
        let host = rest.prefix { $0 != UInt8(ascii: "/") }
        let isPlain = rest.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"@?#\\\"<>".utf8.contains($0) }
        guard scheme != nil, !host.isEmpty, isPlain else {
            throw AssayError(
                .invalidArgument,
                "'\(address.prefix(200))' is no server's address; it is written http://HOST:PORT, without user, query or fragment."
            )
        }
        var base = address
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }
}
