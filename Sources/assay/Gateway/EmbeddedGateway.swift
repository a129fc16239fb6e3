import ArgumentParser
import AssayForeign
import AssayServer
import AssayTerms
import Logging
import ServiceLifecycle

/// A gateway inside the server's process, for one machine: it asks the server's own routes, with the permissions of the role `gateway`,
/// and serves on statements that are signed and verified as those that a gateway elsewhere gets.
struct EmbeddedGateway: Service {
    let house: GatewayHouse
    let routes: LocalRoutes
    let logger: Logger

    func run() async throws {
        defer { house.close() }
        try await LocalRoutes.$current.withValue(routes) {
            do {
                try await house.sync.refresh()
            } catch {
                logger.error("the gateway cannot ask for what is deployed; it asks again", metadata: ["reason": "\((error as? AssayError)?.message ?? "\(type(of: error))")"])
            }
            try await ServiceGroup(configuration: .init(services: house.services(), logger: logger)).run()
        }
    }
}

/// Whether the server serves what is deployed too.
struct EmbeddedGatewayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve the deployed models too, on this port, as assay gateway does; predictions are recorded.",
            discussion: "Journals and jobs are kept in gateway/ of the data directory.", valueName: "port"))
    var gatewayPort: Int?

    @Option(help: ArgumentHelp("Who may ask the models: a file as for assay gateway --callers.", valueName: "file"))
    var gatewayCallers: String?

    @Option(help: ArgumentHelp("What features are filled in from: a file as for assay gateway --feature-stores.", valueName: "file"))
    var gatewayFeatureStores: String?

    func validate() throws {
        if let gatewayPort { try ListenerArguments.requirePort(gatewayPort, "--gateway-port") }
        guard gatewayPort != nil || gatewayCallers == nil else { throw ValidationError("--gateway-callers belongs to --gateway-port") }
        guard gatewayPort != nil || gatewayFeatureStores == nil else { throw ValidationError("--gateway-feature-stores belongs to --gateway-port") }
    }

    /// - Parameter dataDirectory: where the gateway's own folder is.
    /// - Throws: what is wrong with the file of callers; `invalidArgument` for a port that others reach without naming callers.
    func gateway(
        of command: ServerCommand, dataDirectory: String, key: String, routes: LocalRoutes, tls: TLSCertificate?, logger: Logger
    ) throws -> EmbeddedGateway? {
        guard let port = gatewayPort else { return nil }
        guard port != command.port else { throw AssayError(.invalidArgument, "--gateway-port is a port of its own, not that of --port.") }
        let isLoopback = ["127.0.0.1", "localhost", "::1"].contains(command.host)
        guard isLoopback || gatewayCallers != nil || command.trustedProxy else {
            throw AssayError(
                .invalidArgument, "--gateway-port on \(command.host) would open the models to the network. Name who may ask with --gateway-callers, or listen on 127.0.0.1.")
        }
        var listener = try ListenerArguments.parse([])
        listener.host = command.host
        listener.trustedProxy = command.trustedProxy
        let folder = "\(dataDirectory)/gateway"
        let address = "\(tls == nil ? "http" : "https")://\(command.host.contains(":") ? "[\(command.host)]" : command.host):\(port)"
        let house = try GatewayHouse(
            .init(
                host: command.host, port: port, otherHosts: command.allowHost, unnamed: listener.caller, tls: tls, grpcPort: nil,
                callers: try CallerArguments.parse(gatewayCallers.map { ["--callers", $0] } ?? []),
                records: try RecordOptions.parse(["--records", "\(folder)/records"]), jobs: try JobOptions.parse(["--jobs", "\(folder)/jobs"]),
                server: nil, key: key, models: [], interval: .seconds(1),
                options: .init(
                    foreign: try ForeignArguments.parse([]), foreignRestarts: 5, kernel: try KernelOptions.parse([]), explainsForeign: false, isStrict: false,
                    features: try gatewayFeatureStores.map(FeatureStoreOptions.read)),
                // The first line of standard output is the server's own.
                announce: { logger.notice("models are served", metadata: ["address": "\(address)", "models": "\($0)"]) }),
            logger: logger)
        return EmbeddedGateway(house: house, routes: routes, logger: logger)
    }
}
