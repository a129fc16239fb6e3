import ArgumentParser
import AssayServer
import AssayTerms
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

    @OptionGroup var listener: ListenerArguments

    @Option(name: [.customShort("p"), .long], help: "The port to listen on.")
    var port = 8080

    @Option(help: ArgumentHelp("A port on which the Open Inference Protocol is answered over gRPC too.", valueName: "port"))
    var grpcPort: Int?

    @OptionGroup var callers: CallerArguments

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

    @OptionGroup var upstreams: UpstreamOptions

    @OptionGroup var featureStores: FeatureStoreOptions

    @OptionGroup var records: RecordOptions

    @OptionGroup var jobs: JobOptions

    @OptionGroup var kernel: KernelOptions

    @OptionGroup var foreign: ForeignArguments

    @Option(
        help: ArgumentHelp(
            "How often within ten minutes the process of such a model may end by itself, not by a request, and is started again.", valueName: "count"))
    var foreignRestarts = 5

    func validate() throws {
        guard (0...1000).contains(foreignRestarts) else { throw ValidationError("--foreign-restarts is a number from 0 to 1000.") }
        try ListenerArguments.requirePort(port)
        if let grpcPort {
            try ListenerArguments.requirePort(grpcPort, "--grpc-port")
            guard grpcPort != port else { throw ValidationError("--grpc-port is a port of its own, not that of --port") }
        }
        guard (1...3_600).contains(refreshSeconds) else { throw ValidationError("--refresh-seconds is a number from 1 to 3600.") }
    }

    func run() async throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .notice
            return handler
        }
        try listener.requireClosed()
        try foreign.requireNoFeatures()
        let logger = Logger(label: "assay")
        let (address, grpc) = (listener.address(port), grpcPort.map { " and over gRPC at port \($0)" } ?? "")
        let house = try GatewayHouse(
            .init(
                host: listener.host, port: port, otherHosts: listener.allowHost, unnamed: listener.caller, grpcPort: grpcPort, callers: callers,
                records: records, jobs: jobs, server: server, key: key, models: Set(models.map { Text($0) }), interval: .seconds(refreshSeconds),
                options: ServedModel.Options(
                    foreign: foreign, foreignRestarts: foreignRestarts, kernel: kernel, explainsForeign: explainForeign, isStrict: strictMlflow,
                    furtherColumns: records.recordColumn.map { Text($0) }, upstreams: try upstreams.read(),
                    features: try featureStores.read()),
                announce: { count in
                    try? StandardOutput.write(Array("assay \(AssayVersion.current) serves \(count) model\(count == 1 ? "" : "s") at \(address)\(grpc)\n".utf8))
                }),
            logger: logger)
        defer { house.close() }
        // A gateway that cannot reach its registry at first says so and ends: nobody has seen what it would serve.
        try await house.sync.refresh()
        try await ServiceGroup(
            configuration: .init(services: house.services(), gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }
}
