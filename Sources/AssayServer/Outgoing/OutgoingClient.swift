package import AssayTerms
package import AssayWorkflows
import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The server's only HTTP client. Each request has a client of its own, pinned to one judged address: no pool, no
/// redirects, no proxy, HTTP/1.1, certificates checked for the name in the URL.
package struct OutgoingClient: OutgoingHTTP {
    private static let connectLimit = TimeAmount.seconds(5)
    private static let bodyBytes = 64 << 10
    /// How many of a host's addresses are tried, one after the other, until one takes the connection.
    private static let addressLimit = 3

    private let targets: OutgoingTargets
    /// From the connection to the head of the answer, and the longest silence within its body.
    private let answerLimit: TimeAmount
    /// From the head of the answer to its end, or to as much of it as is kept.
    private let bodyLimit: Duration

    package init(targets: OutgoingTargets, answerLimit: Duration = .seconds(20), bodyLimit: Duration = .seconds(5)) {
        self.targets = targets
        self.answerLimit = TimeAmount(answerLimit)
        self.bodyLimit = bodyLimit
    }

    package func check(_ url: OutgoingURL) async throws(AssayError) {
        do {
            _ = try await targets.addresses(of: url)
        } catch {
            throw AssayError(.invalidArgument, error.message(url, targets.purpose))
        }
    }

    package func post(_ message: OutgoingMessage, to url: OutgoingURL) async -> OutgoingOutcome {
        await send(.POST, message, to: url)
    }

    /// As ``post(_:to:)``, without a body.
    package func get(_ url: OutgoingURL) async -> OutgoingOutcome {
        await send(.GET, OutgoingMessage(headers: [("Accept", "application/json")], body: []), to: url)
    }

    private func send(_ method: HTTPMethod, _ message: OutgoingMessage, to url: OutgoingURL) async -> OutgoingOutcome {
        let addresses: [IPAddress]
        do {
            addresses = try await targets.addresses(of: url)
        } catch {
            return .failed(error.failure, error.message(url, targets.purpose))
        }
        var outcome = OutgoingOutcome.failed(.connect, "no address could be connected to")
        for address in addresses.prefix(Self.addressLimit) {
            outcome = await send(method, message, to: url, at: address)
            // Nothing was sent to an address that took no connection, so another one may be tried.
            guard case .failed(.connect, _) = outcome else { break }
        }
        return outcome
    }

    private func send(
        _ method: HTTPMethod, _ message: OutgoingMessage, to url: OutgoingURL, at address: IPAddress
    ) async -> OutgoingOutcome {
        // The override is looked up by the host as the client reads it from the URL, so that must be ours.
        let host = url.host.contains(":") ? "[\(url.host)]" : url.host
        guard let read = URL(string: url.requested)?.host, read == url.host || read == host else {
            return .failed(.addressRefused, "the address cannot be read the same way twice")
        }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: Self.connectLimit, read: answerLimit)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.proxy = nil
        if url.address == nil { configuration.dnsOverride = [url.host: address.text] }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome = await exchange(method, message, url, client)
        try? await client.shutdown()
        return outcome
    }

    private func exchange(
        _ method: HTTPMethod, _ message: OutgoingMessage, _ url: OutgoingURL, _ client: HTTPClient
    ) async -> OutgoingOutcome {
        var request = HTTPClientRequest(url: url.requested)
        request.method = method
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        for header in message.headers { request.headers.add(name: header.name, value: header.value) }
        if method != .GET { request.body = .bytes(ByteBuffer(bytes: message.body)) }
        do {
            let response = try await client.execute(request, deadline: .now() + answerLimit)
            return .answered(
                OutgoingAnswer(
                    status: Int(response.status.code), body: await beginning(of: response.body),
                    retryAfterSeconds: response.headers.first(name: "Retry-After").flatMap { Int64($0) }))
        } catch {
            return Self.failure(error, url.scheme)
        }
    }

    /// The body's beginning, or nothing of one that is slower than its limit; the status stands whatever becomes of it.
    private func beginning(of body: HTTPClientResponse.Body) async -> [UInt8] {
        await withTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                do {
                    for try await buffer in body {
                        bytes.append(contentsOf: buffer.readableBytesView.prefix(Self.bodyBytes - bytes.count))
                        if bytes.count == Self.bodyBytes { break }
                    }
                } catch {
                    // A body cut short is shown as far as it came.
                }
                return bytes
            }
            group.addTask {
                try? await Task.sleep(for: bodyLimit)
                return []
            }
            let first = await group.next() ?? []
            group.cancelAll()
            return first
        }
    }

    private static func failure(_ error: any Error, _ scheme: OutgoingURL.Scheme) -> OutgoingOutcome {
        switch error {
        case let error as IOError where error.errnoCode == ECONNREFUSED: .failed(.connect, "the connection was refused")
        case let error as IOError where unreachable.contains(error.errnoCode): .failed(.connect, "there is no way to its address")
        case is NIOConnectionError: .failed(.connect, "nothing took the connection")
        case let error as ChannelError where error.isConnectTimeout:
            .failed(.connect, "there was no connection within 5 seconds")
        case let error as HTTPClientError where error == .connectTimeout:
            .failed(.connect, "there was no connection within 5 seconds")
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout || error == .writeTimeout:
            .failed(.timeout, "there was no answer in time")
        case let error as HTTPClientError where error == .tlsHandshakeTimeout: .failed(.tls, "TLS was not agreed on in time")
        case is IOError, is ChannelError, is HTTPClientError, is HTTPParserError, is CancellationError:
            .failed(.disconnected, "the connection ended before there was an answer")
        // What is left comes from the TLS library: a certificate that is not for this name, no common version.
        default:
            scheme == .https
                ? .failed(.tls, "TLS could not be agreed on; is the certificate valid for this name?")
                : .failed(.disconnected, "the connection ended before there was an answer")
        }
    }

    private static let unreachable = [EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, ETIMEDOUT, EACCES]
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { true } else { false }
    }
}
