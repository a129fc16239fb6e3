import AssayCanonical
import AssayEvidence
import AssayLedger
import AssayLedgerFormat
import AssayServer
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Logging
import ServiceLifecycle
import UnixSignals

/// A data directory opened for serving, with everything that works on it: the log's publisher, the listener.
struct House {
    private static let loopback = ["127.0.0.1", "localhost", "::1"]

    private let opened: OpenDirectory
    private let useCases: UseCases
    private let governance: Governance
    private let ledger: Ledger
    private let recordCheck: RecordCheck
    private let logger: Logger
    private let command: ServerCommand
    private let certificate: TLSCertificate?
    private let provider: OpenIDProvider?
    private let workflows: WorkflowTokens
    private let requestRate: RequestRate

    /// - Throws: what opening the directory throws; `corrupt` or `conflict` when keys and log do not belong together.
    static func open(_ command: ServerCommand) async throws -> House {
        try refuseOpenListener(command)
        let settings = try command.config.map { try IdentitySettings(file: $0) } ?? IdentitySettings()
        var certificate: TLSCertificate?
        if let path = command.tlsCert, let keyPath = command.tlsKey {
            certificate = try TLSCertificate(certificatePath: path, keyPath: keyPath)
        }
        let logger = Logger(label: "assay")
        var opened = try OpenDirectory.open(
            path: command.dataDir, keysPath: command.keysDir, keyPlace: command.keyProvider, logger: logger)
        opened.useCases.secretScan = command.secretScan
        opened.useCases.freshLogin = settings.freshLogin
        opened.useCases.sessionLimits = settings.sessionLimits
        let places = try command.secretPlaces()
        opened.useCases.mail = SMTPMailer(
            targets: OutgoingTargets(allowed: try command.allowedTargets(), purpose: .alert), places: places, logger: logger)
        opened.useCases.secrets = ReferencedSecrets(places: places)
        opened.useCases.directory = settings.directory.map { LDAPDirectory(settings: $0, logger: logger) }
        for (place, mapping) in settings.roleMappings { try await tellUnknownRoles(of: mapping, at: place, opened.useCases, logger) }
        let governed = try await opened.governed(
            requiresPolicy: command.requirePolicy, requestDays: command.requestsExpireAfterDays, keepsAddresses: command.logAddresses,
            outgoing: OutgoingClient(targets: OutgoingTargets(allowed: try command.allowedTargets())))
        let useCases = governed.useCases
        let provider = settings.openID.map { openID in
            OpenIDProvider(
                settings: openID,
                client: OutgoingClient(targets: OutgoingTargets(allowed: settings.providerAddresses, purpose: .provider)),
                nowMilliseconds: useCases.effects.nowMilliseconds, logger: logger)
        }
        let workflows = WorkflowTokens(
            useCases: useCases,
            client: OutgoingClient(targets: OutgoingTargets(allowed: settings.workflowAddresses, purpose: .provider)), logger: logger)
        return House(
            opened: opened, useCases: useCases, governance: governed.governance, ledger: governed.ledger,
            recordCheck: governed.recordCheck, logger: logger, command: command, certificate: certificate, provider: provider,
            workflows: workflows, requestRate: settings.requestRate)
    }

    /// Serves until the process is told to stop; what was accepted is finished first.
    func run() async throws {
        defer { try? opened.store.close() }
        if let name = command.initAdmin { try await createAdministrator(named: Text(name)) }
        try await refuseWithoutUsers()
        await recordCheck.compare(entryLimit: RecordCheck.promptEntries)
        let cookies = Cookies(isSecure: certificate != nil || command.trustedProxy)
        let authenticator = Authenticator(
            useCases: useCases, anonymous: command.anonymous, listensOnLoopback: Self.loopback.contains(command.host), cookies: cookies,
            trustsProxy: command.trustedProxy, provider: provider, workflows: workflows)
        let routes = try Self.routes(useCases, governance, log: logStatus, cookies: cookies, provider: provider)
        let line = "assay \(AssayVersion.current) serves \(command.dataDir) at \(address)\n"
        let host = HTTPHost(
            host: command.host, port: command.port, otherHosts: command.allowHost, limits: ConnectionLimits(patienceSeconds: command.idleTimeout),
            routes: routes, logger: logger, accessLog: useCases.accessLog, metrics: useCases.metrics,
            budgets: RequestBudgets(rate: requestRate, now: useCases.effects.nowMilliseconds), tls: certificate,
            authenticate: { try await authenticator.caller(of: $0) }, address: { authenticator.address(of: $0) },
            announce: { try? StandardOutput.write(Array(line.utf8)) })
        let worker = EvidenceWorker(governance: governance, computer: RunnerComputer(runner: ChildProcessRunner(foreign: command.foreign)))
        let origins = AlertOriginPass(governance: governance)
        let outcomes = RolloutOutcomePass(governance: governance)
        var services: [any Service] = [
            LedgerService(ledger: ledger, logger: logger), EvidenceService(worker: worker),
            WebhookService(worker: WebhookWorker(useCases: useCases)), AlertService(worker: AlertWorker(useCases: useCases)),
            SweepService(useCases: useCases, governance: governance, logger: logger),
            RecordService(check: recordCheck), AccessLogService(useCases: useCases, logger: logger),
            SealService(sealer: RunSealer(useCases: useCases)), MonitorService(governance: governance, logger: logger),
            PassService(pause: .seconds(5), failure: "alerts whose origin is gone cannot be looked for now", logger: logger) {
                try await origins.run()
            },
            TrainingService(governance: governance, logger: logger),
            PassService(pause: .seconds(2), failure: "labels of rollouts cannot be counted for now", logger: logger) { try await outcomes.run() },
            IdentityService(useCases: useCases, logger: logger), host,
        ]
        // Ended first, while the routes that it asks are still there.
        let local = LocalRoutes(
            routes, as: Principal(userID: "gateway", name: "gateway in the server", roles: [.gateway], isService: true), log: useCases.accessLog)
        let gateway = try command.gateway.gateway(
            of: command, dataDirectory: command.dataDir, key: governance.evidenceVerificationKey(), routes: local, tls: certificate, logger: logger)
        if let gateway { services.append(gateway) }
        if let certificate { services.insert(CertificateService(certificate: certificate, logger: logger), at: 0) }
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(service: NamedService(service: $0), successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    /// Every route there is.
    static func routes(
        _ useCases: UseCases, _ governance: Governance, log: LogStatus, cookies: Cookies, provider: OpenIDProvider? = nil
    ) throws -> [Route] {
        let clientRoutes = statusRoutes() + metricsRoutes(governance) + mlflowRoutes(useCases) + keyedTransferRoutes(useCases)
        let ownRoutes =
            identityRoutes(useCases) + accessRoutes(useCases) + accessLogRoutes(useCases) + logRoutes(useCases)
            + webhookRoutes(useCases) + alertRoutes(useCases) + controlRoutes(governance)
        let described =
            clientRoutes + ownRoutes + GovernanceRoutes.routes(governance) + EvaluatorRoutes.routes(governance)
            + ClassificationRoutes.routes(useCases) + PredictionRoutes.routes(governance) + MonitorRoutes.routes(governance)
            + TrainingRoutes.routes(governance)
            + DossierRoutes.routes(governance) + exportRoutes(governance)
        return described + [OpenAPIDocument.route(describing: described)] + (try PageRoutes.routes(governance, log: log))
            + (try LoginRoutes.routes(useCases, cookies: cookies, provider: provider))
    }

    private var logStatus: LogStatus {
        let ledger = ledger
        return LogStatus(verificationKey: ledger.verificationKey.vkey, address: address) {
            guard let note = try await ledger.checkpoint() else { return nil }
            return LogStatus.Newest(size: try Checkpoint(text: note.text).size, text: String(decoding: note.bytes, as: UTF8.self))
        }
    }

    private var address: String {
        "\(certificate == nil ? "http" : "https")://\(command.host.contains(":") ? "[\(command.host)]" : command.host):\(command.port)"
    }

    /// Part of the first start only; later starts with the same option change nothing.
    private func createAdministrator(named name: Text) async throws {
        guard try await useCases.users().isEmpty else { return }
        let (_, token) = try await useCases.createFirstAdministrator(named: name)
        try StandardOutput.write(Array("Created \(name). Their token, shown this once:\n\(token.text)\n".utf8))
    }

    /// Beyond this machine there must be users and TLS, or somebody who says that a trusted proxy provides them.
    private static func refuseOpenListener(_ command: ServerCommand) throws(AssayError) {
        guard loopback.contains(command.host) || command.trustedProxy || command.tlsCert != nil else {
            throw AssayError(
                .invalidArgument,
                "Listening on \(command.host) would open the server to the network without users and TLS. Use 127.0.0.1, name --tls-cert and --tls-key, or add --trusted-proxy if a proxy provides both.")
        }
    }

    /// A role that a mapping gives and that there is not is given to nobody. The server starts all the same: refusing would shut out
    /// those who can make the role, and who may log in by this very mapping.
    private static func tellUnknownRoles(of mapping: GroupRoles, at place: String, _ useCases: UseCases, _ logger: Logger) async throws {
        let known = Set(try await useCases.roles().map(\.role))
        for unknown in mapping.pairs where !known.contains(unknown.role) {
            logger.warning(
                "a role that a mapping gives does not exist, and nobody gets it: make it with assay role create",
                metadata: ["place": .string(place), "role": .string(unknown.role.rawValue)])
        }
    }

    private func refuseWithoutUsers() async throws {
        guard !Self.loopback.contains(command.host), !command.trustedProxy, try await useCases.users().isEmpty else { return }
        throw AssayError(
            .invalidArgument,
            "Listening on \(command.host) needs users, and there are none yet. Make the first with --init-admin NAME, or with `assay user create NAME --admin --data-dir \(command.dataDir)`.")
    }
}
