package import AssayTerms
package import AssayWorkflows
import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The listener: Hummingbird serving our responder on one address.
package struct HTTPHost: Service {
    private let host: String
    private let port: Int
    private let limits: ConnectionLimits
    private let responder: Responder
    private let logger: Logger
    private let tls: TLSCertificate?
    private let announce: @Sendable () async -> Void

    /// - Parameters:
    ///   - otherHosts: names that clients or a proxy in front ask for in `Host`, beside those of the address listened on.
    ///   - budgets: how much each principal, and each address without one, may ask; `nil` as much as they like.
    ///   - tls: the certificate to serve; without one connections are not encrypted.
    package init(
        host: String, port: Int, otherHosts: [String] = [], limits: ConnectionLimits = ConnectionLimits(), routes: [Route],
        logger: Logger, accessLog: AccessLog? = nil, metrics: MetricsRegister? = nil, budgets: RequestBudgets? = nil, tls: TLSCertificate? = nil,
        authenticate: @escaping @Sendable (RequestCredentials) async throws -> Caller,
        address: @escaping @Sendable (RequestCredentials) -> Text = { Text($0.peer) },
        announce: @escaping @Sendable () async -> Void
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.logger = logger
        self.tls = tls
        self.announce = announce
        responder = Responder(
            routes: RouteTable(routes),
            rules: BrowserRules(
                hosts: BrowserRules.hosts(listeningOn: host).union(otherHosts.map { $0.lowercased() }), port: port),
            isEncrypted: tls != nil, authenticate: authenticate, address: address, logger: logger, accessLog: accessLog, budgets: budgets,
            metrics: metrics)
    }

    package func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: responder, server: server(),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: Self.waitingConnections),
            onServerRunning: { _ in await announce() },
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw AssayError(.unavailable, "Port \(port) on \(host) is in use. Stop what listens there, or choose another with --port.")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw AssayError(.unavailable, "Port \(port) on \(host) may not be opened by this user. Choose one above 1023 with --port.")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw AssayError(.invalidArgument, "This machine has no interface \(host). Use 127.0.0.1, or an address of this machine, with --host.")
        }
    }

    private func server() -> HTTPServerBuilder {
        let configuration = channelConfiguration()
        guard let tls else { return .http1(configuration: configuration) }
        return HTTPServerBuilder { responder in
            TLSConnection(inner: HTTP1Channel(responder: responder, configuration: configuration), certificate: tls)
        }
    }

    /// Connections that the system holds until they are accepted.
    private static let waitingConnections = 1_024
    /// Descriptors for everything but connections: the database and its readers, the log, child processes.
    private static let otherDescriptors = 256

    private func channelConfiguration() -> HTTP1Channel.Configuration {
        // A connection is a socket, and one more file while it carries an artifact.
        let room = (Self.descriptorLimit() - Self.otherDescriptors) / 2
        let limits = limits
        let table = ConnectionTable(limit: max(min(limits.connections, room), 16))
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(limits: limits, table: table)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes, maxHeaderFieldCount: limits.headFields))
    }

    /// How many descriptors this process may have, after raising that to all it may ask for.
    private static func descriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        var wanted = limit
        wanted.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0 { limit = wanted }
        return Int(clamping: limit.rlim_cur)
    }
}
