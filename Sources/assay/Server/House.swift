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

    /// - Throws: what opening the directory throws; `corrupt` or `conflict` when keys and log do not belong together.
    static func open(_ command: ServerCommand) async throws -> House {
        try refuseOpenListener(command)
        let logger = Logger(label: "assay")
        let opened = try OpenDirectory.open(path: command.dataDir, keysPath: command.keysDir, logger: logger)
        let governed = try opened.governed(
            requiresPolicy: command.requirePolicy,
            outgoing: OutgoingClient(targets: OutgoingTargets(allowed: try command.allowedTargets())))
        return House(
            opened: opened, useCases: governed.useCases, governance: governed.governance, ledger: governed.ledger,
            recordCheck: governed.recordCheck, logger: logger, command: command)
    }

    /// Serves until the process is told to stop; what was accepted is finished first.
    func run() async throws {
        defer { try? opened.store.close() }
        if let name = command.initAdmin { try await createAdministrator(named: Text(name)) }
        await recordCheck.compare(entryLimit: RecordCheck.promptEntries)
        let authenticator = Authenticator(
            useCases: useCases, anonymous: .loopback, listensOnLoopback: Self.loopback.contains(command.host))
        let clientRoutes = statusRoutes() + mlflowRoutes(useCases) + keyedTransferRoutes(useCases)
        let routes =
            clientRoutes + identityRoutes(useCases) + logRoutes(useCases) + webhookRoutes(useCases)
            + GovernanceRoutes.routes(governance) + EvaluatorRoutes.routes(governance) + exportRoutes(governance)
            + (try PageRoutes.routes(governance, log: logStatus))
        let line = "assay \(AssayVersion.current) serves \(command.dataDir) at \(address)\n"
        let host = HTTPHost(
            host: command.host, port: command.port, limits: ConnectionLimits(patienceSeconds: command.idleTimeout),
            routes: routes, logger: logger,
            authenticate: { try await authenticator.principal(of: $0) },
            announce: { try? StandardOutput.write(Array(line.utf8)) })
        let worker = EvidenceWorker(governance: governance, computer: RunnerComputer(runner: ChildProcessRunner()))
        let services: [any Service] = [
            LedgerService(ledger: ledger, logger: logger), EvidenceService(worker: worker),
            WebhookService(worker: WebhookWorker(useCases: useCases)), SweepService(useCases: useCases, logger: logger),
            RecordService(check: recordCheck), SealService(sealer: RunSealer(useCases: useCases)), host,
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(service: NamedService(service: $0), successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private var logStatus: LogStatus {
        let ledger = ledger
        return LogStatus(verificationKey: ledger.verificationKey.vkey, address: address) {
            guard let note = try await ledger.checkpoint() else { return nil }
            return LogStatus.Newest(size: try Checkpoint(text: note.text).size, text: String(decoding: note.bytes, as: UTF8.self))
        }
    }

    private var address: String {
        "http://\(command.host.contains(":") ? "[\(command.host)]" : command.host):\(command.port)"
    }

    /// Part of the first start only; later starts with the same option change nothing.
    private func createAdministrator(named name: Text) async throws {
        guard try await useCases.users().isEmpty else { return }
        let (_, token) = try await useCases.createFirstAdministrator(named: name)
        try StandardOutput.write(Array("Created \(name). Their token, shown this once:\n\(token.text)\n".utf8))
    }

    /// Beyond this machine there must be users and TLS, or somebody who says that a trusted proxy provides them.
    private static func refuseOpenListener(_ command: ServerCommand) throws(AssayError) {
        guard loopback.contains(command.host) || command.trustedProxy else {
            throw AssayError(
                .invalidArgument,
                "Listening on \(command.host) would open the server to the network without users and TLS. Use 127.0.0.1, or add --trusted-proxy if a proxy in front provides both.")
        }
    }
}
