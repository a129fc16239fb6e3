import ArgumentParser
import AssayServer
import AssayTerms
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// `assay gateway`: serves every registered model that the gate let into a place.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Serve the registered models that hold a place, and follow the registry.",
        discussion: """
            A gateway is a client: it asks the server which versions hold a stage or alias by the gate's leave, fetches the signed \
            deployment statement of each, checks every file against it, and serves them under /models/NAME/invocations (as \
            mlflow models serve does) and /v2/models/NAME/infer (the Open Inference Protocol). When another version takes a place it is \
            loaded first and exchanged at once, so that no request is lost. While the server is away everything goes on until the \
            statements end. What has no statement is not served.
            """)

    @Option(help: "The interface to listen on.")
    var host = "127.0.0.1"

    @Option(name: [.customShort("p"), .long], help: "The port to listen on.")
    var port = 8080

    @Flag(help: "Listen beyond this machine without users and TLS, because a trusted proxy in front provides them.")
    var trustedProxy = false

    @Option(help: ArgumentHelp("A host name requests may be addressed to, beside this machine's; may be repeated.", valueName: "name"))
    var allowHost: [String] = []

    @Option(help: "The server whose registry is followed. Without it: ASSAY_SERVER, then MLFLOW_TRACKING_URI.")
    var server: String?

    @Option(help: "The key that deployment statements must be signed by; without it the server is asked for its key.")
    var key: String?

    @Option(name: [.customShort("m"), .customLong("model")], help: "A model to serve; may be repeated. Without it: all that may be read.")
    var models: [String] = []

    @Option(help: ArgumentHelp("How often the registry is asked, in seconds.", valueName: "seconds"))
    var refreshSeconds = 5

    @Flag(help: "MLflow's errors for {\"data\": …} and for rows without names.")
    var strictMlflow = false

    @Flag(help: "Explain models that assay does not read itself too, by kernel SHAP.")
    var explainForeign = false

    @OptionGroup var records: RecordOptions

    @OptionGroup var kernel: KernelOptions

    @OptionGroup var foreign: ForeignArguments

    @Option(
        help: ArgumentHelp(
            "How often within ten minutes the process of such a model may end by itself, not by a request, and is started again.", valueName: "count"))
    var foreignRestarts = 5

    func validate() throws {
        guard (0...1000).contains(foreignRestarts) else { throw ValidationError("--foreign-restarts is a number from 0 to 1000.") }
        guard (1...65_535).contains(port) else { throw ValidationError("--port is \(port); a port is a number from 1 to 65535.") }
        guard (1...3_600).contains(refreshSeconds) else { throw ValidationError("--refresh-seconds is a number from 1 to 3600.") }
    }

    func run() async throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .notice
            return handler
        }
        guard ["127.0.0.1", "localhost", "::1"].contains(host) || trustedProxy else {
            throw AssayError(
                .invalidArgument,
                "Listening on \(host) would open the models to the network without users and TLS. Use 127.0.0.1, or add "
                    + "--trusted-proxy if a proxy in front provides both, and --allow-host for the names it asks for.")
        }
        try foreign.requireNoFeatures()
        let logger = Logger(label: "assay")
        let recorder = try GatewayRecorder(records)
        let table = GatewayTable()
        let (wake, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let reporter = RolloutReporter(server: server, logger: logger) { waker.yield() }
        let shadows = ShadowQueue()
        let sync = GatewaySync(
            table: table, server: server, models: Set(models.map { Text($0) }), key: key, interval: .seconds(refreshSeconds),
            options: ServedModel.Options(
                foreign: foreign, foreignRestarts: foreignRestarts, kernel: kernel, explainsForeign: explainForeign, isStrict: strictMlflow,
                furtherColumns: records.recordColumn.map { Text($0) }),
            reporter: reporter, wake: wake, logger: logger)
        // A gateway that cannot reach its registry at first says so and ends: nobody has seen what it would serve.
        try await sync.refresh()
        let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        let count = table.snapshot.count
        let listener = HTTPHost(
            host: host, port: port, otherHosts: allowHost,
            routes: GatewayRoutes(table: table, metrics: GatewayMetrics(), recorder: recorder, shadows: shadows).routes, logger: logger,
            authenticate: { [trustedProxy] _ in Caller(trustedProxy ? ServeCommand.proxy : .anonymous) },
            announce: {
                FileHandle.standardOutput.write(
                    Data("assay \(AssayVersion.current) serves \(count) models at \(address)\n".utf8))
            })
        defer { for name in table.snapshot.keys { table.set(name, .init(versions: [], places: [:])) } }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        // Services are ended from the last to the first: what is recorded is written until the listener is gone.
        if let recorder {
            services.append(
                .init(
                    service: NamedService(
                        service: RecordShipping(spool: recorder.spool, address: try ServerOptions.address(server), logger: logger)),
                    successTerminationBehavior: .gracefullyShutdownGroup))
        }
        services += [
            .init(service: NamedService(service: reporter), successTerminationBehavior: .ignore),
            .init(service: NamedService(service: shadows), successTerminationBehavior: .ignore),
            .init(service: NamedService(service: sync), successTerminationBehavior: .ignore),
            .init(service: NamedService(service: listener), successTerminationBehavior: .gracefullyShutdownGroup),
        ]
        try await ServiceGroup(
            configuration: .init(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }
}
