import AssayJSON
import AssayServer
import AssayTerms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Reads MLflow's REST interface and files behind its artifact proxy. Redirects are not followed, so a token never goes
/// to a host that was not named.
struct ArtifactClient: Sendable {
    private static let answerLimit = 64 << 20
    private static let seconds: Int64 = 300

    let address: String
    private let token: String?
    /// `nil` in the server's own process, where ``LocalRoutes/current`` answers.
    private let client: HTTPClient?

    /// Opens a client for the length of `use`: at `address`, else `ASSAY_SERVER`, else `MLFLOW_TRACKING_URI`, with the
    /// token of `ASSAY_TOKEN`, else `MLFLOW_TRACKING_TOKEN`.
    static func with<Answer>(
        address: String?, _ use: (ArtifactClient) async throws -> Answer
    ) async throws -> Answer {
        if LocalRoutes.current != nil { return try await use(ArtifactClient(address: "this server", token: nil, client: nil)) }
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard var base = address ?? variable("ASSAY_SERVER") ?? variable("MLFLOW_TRACKING_URI") else {
            throw AssayError(
                .invalidArgument, "No server is named: add --server http://127.0.0.1:5000, or set ASSAY_SERVER.")
        }
        guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
            throw AssayError(.invalidArgument, "'\(base.prefix(200))' is no server's address; it is written http://HOST:PORT.")
        }
        while base.hasSuffix("/") { base.removeLast() }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(seconds))
        // Where nothing listens, waiting for something to listen helps nobody at a prompt.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let token = variable("ASSAY_TOKEN") ?? variable("MLFLOW_TRACKING_TOKEN")
        do {
            let answer = try await use(ArtifactClient(address: base, token: token, client: client))
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// - Parameter path: segments, each one name; they are percent-encoded here.
    func json(_ path: [String], query: [(String, String)] = []) async throws(AssayError) -> JSONValue {
        try value(try await send(path, query: query, body: nil, limit: Self.answerLimit))
    }

    func json(_ path: [String], posting body: JSONValue) async throws(AssayError) -> JSONValue {
        try value(try await send(path, query: [], body: body, limit: Self.answerLimit))
    }

    func bytes(_ path: [String], limit: Int) async throws(AssayError) -> [UInt8] {
        try await send(path, query: [], body: nil, limit: limit)
    }

    private func value(_ bytes: [UInt8]) throws(AssayError) -> JSONValue {
        guard let value = try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.answerLimit)) else {
            throw AssayError(.unreadable, "\(address) did not answer JSON; is it an MLflow or Assay server?")
        }
        return value
    }

    private func send(
        _ path: [String], query: [(String, String)], body: JSONValue?, limit: Int
    ) async throws(AssayError) -> [UInt8] {
        guard let client else { return try await sendLocally(path, query: query, body: body, limit: limit) }
        var url = address + path.map { "/" + Self.encoded($0) }.joined()
        if !query.isEmpty {
            url += "?" + query.map { Self.encoded($0) + "=" + Self.encoded($1) }.joined(separator: "&")
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes()))
        }
        let status: Int
        let bytes: [UInt8]
        do {
            let response = try await client.execute(request, timeout: .seconds(Self.seconds))
            status = Int(response.status.code)
            var buffer = try await response.body.collect(upTo: limit)
            bytes = buffer.readBytes(length: buffer.readableBytes) ?? []
        } catch is NIOTooManyBytesError {
            throw AssayError(.limitExceeded, "\(address): an answer is larger than \(limit) bytes and is not read")
        } catch {
            throw AssayError(
                .unavailable, "\(address) cannot be reached; is a server running there, and is the address right?",
                cause: error)
        }
        guard (200..<300).contains(status) else {
            let message = (try? JSONValue(parsing: bytes))?["message"]?.string
            let code: AssayError.Code =
                switch status {
                case 401: .unauthenticated
                case 403: .permissionDenied
                case 404: .notFound
                case 500...: .unavailable
                default: .invalidArgument
                }
            throw AssayError(code, message ?? "\(address) answered HTTP \(status) for /\(path.joined(separator: "/"))")
        }
        return bytes
    }

    private func sendLocally(
        _ path: [String], query: [(String, String)], body: JSONValue?, limit: Int
    ) async throws(AssayError) -> [UInt8] {
        guard let routes = LocalRoutes.current else { throw AssayError(.internalFault, "the server's own routes are not at hand") }
        do {
            return try await routes.answer(
                body == nil ? "GET" : "POST", path, query: query, contentType: body.map { _ in "application/json" }, body: body?.bytes() ?? [], limit: limit
            ).bytes
        } catch let error as AssayError {
            throw error
        } catch {
            throw AssayError(.internalFault, "the server's own routes failed", cause: error)
        }
    }

    /// Percent-encoding of everything but RFC 3986's unreserved characters.
    private static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(contentsOf: Hex.encode([byte]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
