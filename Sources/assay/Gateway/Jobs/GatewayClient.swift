import ArgumentParser
import AssayJSON
import AssayServer
import AssayTerms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Which gateway is asked.
struct GatewayOptions: ParsableArguments {
    @Option(help: "The gateway's address. Without it: ASSAY_GATEWAY, then http://127.0.0.1:8080.")
    var gateway: String?

    /// - Throws: `invalidArgument` for what is no address, `unauthenticated` for what is no key.
    func withClient<Answer: Sendable>(_ use: (GatewayClient) async throws -> Answer) async throws -> Answer {
        let environment = ProcessInfo.processInfo.environment
        var address = gateway ?? environment["ASSAY_GATEWAY"].flatMap { $0.isEmpty ? nil : $0 } ?? "http://127.0.0.1:8080"
        guard address.hasPrefix("http://") || address.hasPrefix("https://"), address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"@?#".utf8.contains($0) }) else {
            throw AssayError(.invalidArgument, "'\(address.prefix(200))' is no gateway's address; it is written http://HOST:PORT.")
        }
        while address.hasSuffix("/") { address.removeLast() }
        let key = environment["ASSAY_CALLER_KEY"].flatMap { $0.isEmpty ? nil : $0 }
        if let key, !key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw AssayError(.unauthenticated, "The key in ASSAY_CALLER_KEY has characters that no key has.")
        }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(120))
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await use(GatewayClient(address: address, key: key, client: client))
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}

/// Asks a gateway about jobs. Redirects are not followed, so that a key never goes to a host that was not named.
struct GatewayClient: Sendable {
    private static let answerLimit = 16 << 20
    private static let chunk = 1 << 20

    let address: String
    fileprivate let key: String?
    fileprivate let client: HTTPClient

    func json(_ method: String, _ path: [String]) async throws -> JSONValue {
        try await answer(request(HTTPMethod(rawValue: method), path))
    }

    /// Sends a file as it is read.
    func submit(_ data: String, type: String, to path: [String], query: [(String, String)], batch: String?) async throws -> JSONValue {
        let file = try ResultFile(data)
        var request = request(.POST, path, query)
        request.headers.add(name: "Content-Type", value: type)
        if let batch { request.headers.add(name: "Assay-Batch", value: batch) }
        request.body = .stream(AsyncThrowingStream { try file.next(Self.chunk).map { ByteBuffer(bytes: $0) } }, length: .known(Int64(file.length)))
        return try await answer(request)
    }

    func result(_ id: String, to out: RowOutput) async throws {
        let response = try await execute(request(.GET, ["jobs", id, "result"]))
        guard response.status == .ok else { throw try await failure(response) }
        for try await buffer in response.body { try out.write(buffer.readableBytesView) }
    }

    private func request(_ method: HTTPMethod, _ path: [String], _ query: [(String, String)] = []) -> HTTPClientRequest {
        var url = address + path.map { "/" + PercentCoding.encode($0) }.joined()
        if !query.isEmpty { url += "?" + query.map { PercentCoding.encode($0) + "=" + PercentCoding.encode($1) }.joined(separator: "&") }
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        return request
    }

    private func execute(_ request: HTTPClientRequest) async throws(AssayError) -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: .hours(24))
        } catch {
            throw AssayError(.unavailable, "\(address) cannot be reached; is a gateway running there, and is the address right?", cause: error)
        }
    }

    private func answer(_ request: HTTPClientRequest) async throws -> JSONValue {
        let response = try await execute(request)
        guard (200..<300).contains(response.status.code) else { throw try await failure(response) }
        let bytes = try await response.body.collect(upTo: Self.answerLimit)
        guard let value = try? JSONValue(parsing: Array(bytes.readableBytesView), limits: JSONLimits(bytes: Self.answerLimit)) else {
            throw AssayError(.unreadable, "\(address) did not answer JSON; is it an Assay gateway?")
        }
        return value
    }

    private func failure(_ response: HTTPClientResponse) async throws -> AssayError {
        let bytes = try await response.body.collect(upTo: Self.answerLimit)
        let message = (try? JSONValue(parsing: Array(bytes.readableBytesView)))?["message"]?.string
        let code: AssayError.Code =
            switch response.status.code {
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .notFound
            case 409: .conflict
            case 413: .limitExceeded
            case 429, 500...: .unavailable
            default: .invalidArgument
            }
        return AssayError(code, message ?? "\(address) answered HTTP \(response.status.code)")
    }
}
