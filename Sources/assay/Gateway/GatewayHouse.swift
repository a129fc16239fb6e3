import AssayData
import AssayServer
import AssayServing
import AssayTerms
import HTTPTypes
import Logging
import ServiceLifecycle

/// A gateway with everything that works in it: alone, or beside the registry in one process.
struct GatewayHouse {
    struct Settings {
        var host: String
        var port: Int
        var otherHosts: [String]
        /// Whoever sends a request without a key, where no keys are asked for.
        var unnamed: Caller
        var tls: TLSCertificate?
        var grpcPort: Int?
        var callers: CallerArguments
        var records: RecordOptions
        var jobs: JobOptions
        var server: String?
        var key: String?
        var models: Set<Text>
        var interval: Duration
        var options: ServedModel.Options
        /// Says that the gateway serves so many models.
        var announce: @Sendable (_ models: Int) -> Void
    }

    /// Beyond those that are being scored; more are told to ask again.
    private static let waitingRequests = 1_024

    let table = GatewayTable()
    let sync: GatewaySync
    private let settings: Settings
    private let gate: CallerGate
    private let recorder: GatewayRecorder?
    private let jobStore: JobStore?
    private let reporter: RolloutReporter
    private let shadows: ShadowQueue
    private let logger: Logger

    /// - Throws: what is wrong with files and folders that the settings name.
    init(_ settings: Settings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        gate = try settings.callers.gate()
        recorder = try GatewayRecorder(settings.records)
        jobStore = try JobStore(settings.jobs)
        let wake = Nudge()
        reporter = RolloutReporter(server: settings.server, logger: logger) { wake.give() }
        shadows = ShadowQueue(recorder: recorder)
        sync = GatewaySync(
            table: table, server: settings.server, models: settings.models, key: settings.key, interval: settings.interval,
            options: settings.options, reporter: reporter, takesJobs: jobStore != nil, wake: wake, logger: logger)
    }

    /// Leaves every model. Called when the services have ended.
    func close() {
        for name in table.snapshot.keys { table.set(name, .init(versions: [], places: [:])) }
    }

    /// In the order in which they are begun, and ended from the last to the first: what is recorded is written until the listener is gone.
    func services() throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let metrics = GatewayMetrics()
        let routes = GatewayRoutes(
            table: table, metrics: metrics, recorder: recorder, shadows: shadows, gate: gate,
            work: try WorkThreads(limit: Self.waitingRequests), watch: settings.callers.watch(gate, logger),
            namesCallers: settings.callers.metricsCallers, jobs: jobStore,
            features: settings.options.features)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        func add(_ service: any Service, ends: Bool) {
            services.append(.init(service: NamedService(service: service), successTerminationBehavior: ends ? .gracefullyShutdownGroup : .ignore))
        }
        if let recorder {
            let address = try LocalRoutes.current == nil ? ServerOptions.address(settings.server) : ""
            add(RecordShipping(spool: recorder.spool, address: address, logger: logger), ends: true)
        }
        if let jobStore {
            let runner = JobRunner(
                store: jobStore, table: table, gate: gate, recorder: recorder, furtherColumns: settings.records.recordColumn.map { Text($0) },
                metrics: metrics, workers: settings.jobs.concurrentJobs, logger: logger)
            add(runner, ends: false)
        }
        add(reporter, ends: false)
        add(shadows, ends: false)
        add(sync, ends: false)
        if let path = settings.callers.callers {
            add(CallersReload(path: path, gate: gate, read: { () throws(AssayError) in try CallerArguments.read(path) }, logger: logger), ends: false)
        }
        for store in settings.options.features?.all ?? [] { add(FeatureStoreReload(store: store, logger: logger), ends: false) }
        add(listener(routes), ends: true)
        if let port = settings.grpcPort {
            add(RPCListener(host: settings.host, port: port, bodyLimit: gate.bodyLimit, rpc: GatewayRPC(routes: routes)), ends: true)
        }
        return services
    }

    private func listener(_ routes: GatewayRoutes) -> HTTPHost {
        let (gate, unnamed) = (gate, settings.unnamed)
        let (announce, table) = (settings.announce, table)
        return HTTPHost(
            host: settings.host, port: settings.port, otherHosts: settings.otherHosts, routes: routes.routes, logger: logger, tls: settings.tls,
            authenticate: { credentials in
                // What needs no key is answered without one; a wrong one is refused wherever it is sent.
                guard gate.takesKeys, let sent = credentials.headers[.authorization] else { return unnamed }
                return Caller(GatewayRoutes.principal(of: try gate.caller(authorization: sent)), address: Text(credentials.peer))
            },
            announce: { announce(table.snapshot.count) })
    }
}
