import AssayJSON
import AssayTerms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Calls the service that keeps keys, at the address that whoever runs the server gave: https, or http on this machine.
///
/// Blocks until there is an answer: keys are asked for before there is anything to serve. No redirects, no proxy; certificates
/// are checked for the name, against the system's roots or a file of others.
struct KeyServiceHTTP {
    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: JSONValue?
    }

    private static let timeLimit = TimeAmount.seconds(10)
    private static let answerBytes = 256 << 10

    /// What is asked, for messages.
    let service: String
    /// A file of certificates in PEM form that are trusted in place of the system's.
    let rootsPath: String?

    /// - Throws: `invalidArgument` for an address that is neither https nor on this machine; `unavailable` where there is no
    ///   answer, or one that is too large. What the answer says is the caller's to judge.
    func send(
        _ method: HTTPMethod, _ address: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) throws(AssayError) -> Answer {
        guard let url = URL(string: address), let host = url.host,
            url.scheme == "https" || url.scheme == "http" && Self.loopback.contains(host)
        else {
            throw AssayError(.invalidArgument, "The address of \(service) is not https:// (or http:// on this machine): \(address.prefix(200))")
        }
        do {
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try configuration())
            defer { try? client.syncShutdown() }
            var request = try HTTPClient.Request(url: url, method: method)
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let body { request.body = .bytes(body) }
            let collected = ResponseAccumulator(request: request, maxBodySize: Self.answerBytes)
            let response = try client.execute(request: request, delegate: collected, deadline: .now() + Self.timeLimit).wait()
            let bytes = response.body.map { Array($0.readableBytesView) } ?? []
            return Answer(
                status: Int(response.status.code), headers: response.headers,
                body: try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.answerBytes, depth: 16)))
        } catch let error as AssayError {
            throw error
        } catch {
            // The library's words may repeat what was sent.
            throw AssayError(
                .unavailable, "\(service) at \(url.scheme ?? "https")://\(host) could not be asked (\(type(of: error))). Is it running, and is its certificate trusted?",
                cause: error)
        }
    }

    private func configuration() throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: Self.timeLimit)
        configuration.httpVersion = .http1Only
        configuration.proxy = nil
        if let rootsPath {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(rootsPath)
            configuration.tlsConfiguration = tls
        }
        return configuration
    }

    private static let loopback = ["127.0.0.1", "localhost", "::1"]
}
