import AssayTerms
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import ServiceLifecycle

/// Listens for gRPC over HTTP/2 without TLS, within the same bounds as the listener for HTTP/1: a proxy that is trusted provides TLS.
///
/// Browsers cannot speak HTTP/2 in this way, so nothing of theirs has to be looked at.
struct RPCListener: Service {
    let host: String
    let port: Int
    let bodyLimit: Int
    let rpc: GatewayRPC

    /// Of one connection.
    private static let concurrentStreams = 128
    /// What a message holds beside the tensors.
    private static let frameBytes = 64 << 10

    func run() async throws {
        var config = HTTP2ServerTransport.Posix.Config.defaults
        config.rpc.maxRequestPayloadSize = bodyLimit + Self.frameBytes
        config.http2.maxConcurrentStreams = Self.concurrentStreams
        config.connection.maxIdleTime = .seconds(300)
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: host.contains(":") ? .ipv6(host: host, port: port) : .ipv4(host: host == "localhost" ? "127.0.0.1" : host, port: port),
                transportSecurity: .plaintext, config: config),
            services: [rpc])
        do {
            try await withGracefulShutdownHandler {
                try await server.serve()
            } onGracefulShutdown: {
                server.beginGracefulShutdown()
            }
        } catch {
            throw AssayError(
                .unavailable, "gRPC cannot listen on port \(port) of \(host). Stop what listens there, or choose another with --grpc-port.",
                cause: error)
        }
    }
}
