import AssayCanonical
import AssayServer
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// A data directory opened for serving: the only place that picks drivers, clock, ids and logger.
struct House {
    let directory: DataDirectory
    let store: SQLiteStore
    let useCases: UseCases
    let logger: Logger
    private let command: ServerCommand

    static func open(_ command: ServerCommand) async throws -> House {
        try refuseOpenListener(command)
        let logger = Logger(label: "assay")
        let effects = Effects.system
        let directory = try DataDirectory(path: command.dataDir, keysPath: command.keysDir)
        let isNew = !Disk.exists(directory.keyDatabasePath)
        let master = try MasterKey(keysPath: directory.keysPath, mayCreate: isNew, randomBytes: effects.randomBytes)
        let keyring = Keyring(
            store: try SQLiteKeyStore(path: directory.keyDatabasePath), master: master, randomBytes: effects.randomBytes)
        let store = try SQLiteStore(path: directory.databasePath)
        let blobs = EncryptedBlobStore(folder: directory.blobsPath, keyring: keyring, randomBytes: effects.randomBytes)
        let useCases = UseCases(store: store, blobs: blobs, keyring: keyring, effects: effects, logger: logger)
        return House(directory: directory, store: store, useCases: useCases, logger: logger, command: command)
    }

    func run() async throws {
        let address = "http://\(command.host.contains(":") ? "[\(command.host)]" : command.host):\(command.port)"
        let dataDir = command.dataDir
        let authenticator = Authenticator(
            useCases: useCases, anonymous: .loopback, listensOnLoopback: Self.loopback.contains(command.host))
        let host = HTTPHost(
            host: command.host, port: command.port,
            routes: statusRoutes() + mlflowRoutes(useCases) + identityRoutes(useCases) + logRoutes(useCases), logger: logger,
            authenticate: { try await authenticator.principal(of: $0) },
            announce: {
                let line = "assay \(AssayVersion.current) serves \(dataDir) at \(address)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            })
        let services: [any Service] = [host]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        defer { try? store.close() }
        try await group.run()
    }

    private static let loopback = ["127.0.0.1", "localhost", "::1"]

    /// Beyond this machine there must be users and TLS, or somebody who says that a trusted proxy provides them.
    private static func refuseOpenListener(_ command: ServerCommand) throws(AssayError) {
        guard loopback.contains(command.host) || command.trustedProxy else {
            throw AssayError(
                .invalidArgument,
                "Listening on \(command.host) would open the server to the network without users and TLS. Use 127.0.0.1, or add --trusted-proxy if a proxy in front provides both.")
        }
    }
}
