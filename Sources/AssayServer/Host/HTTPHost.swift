package import AssayTerms
package import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The listener: Hummingbird serving our responder on one address.
package struct HTTPHost: Service {
    private let host: String
    private let port: Int
    private let responder: Responder
    private let logger: Logger
    private let announce: @Sendable () async -> Void

    /// - Parameter otherHosts: names that a proxy in front asks for in `Host`, beside those of the address listened on.
    package init(
        host: String, port: Int, otherHosts: [String] = [], routes: [Route], logger: Logger,
        authenticate: @escaping @Sendable (HTTPFields) async throws -> Principal,
        announce: @escaping @Sendable () async -> Void
    ) {
        self.host = host
        self.port = port
        self.logger = logger
        self.announce = announce
        responder = Responder(
            routes: RouteTable(routes),
            rules: BrowserRules(
                hosts: BrowserRules.hosts(listeningOn: host).union(otherHosts.map { $0.lowercased() }), port: port),
            authenticate: authenticate, logger: logger)
    }

    package func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
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
}
