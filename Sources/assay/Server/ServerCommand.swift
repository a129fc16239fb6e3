import ArgumentParser
import AssayForeign
import AssayPolicy
import AssayServer
import AssayStore
import AssayTerms
import AssayWorkflows
import CSandbox
import Foundation
import Logging
import ServiceLifecycle

/// `assay server`: the tracking server, registry, gate and log over one data directory.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server", abstract: "Serve MLflow clients, browsers and auditors from one data directory.",
        aliases: ["ui"])

    @Option(help: "The interface to listen on.")
    var host = "127.0.0.1"

    @Option(name: [.customShort("p"), .long], help: "The port to listen on.")
    var port = 5000

    @Option(help: "Where records, artifacts, the log and its keys are kept; created if missing.")
    var dataDir = "./assay-data"

    @Option(help: "A folder for the keys, when they should not stand inside the data directory.")
    var keysDir: String?

    @Option(
        help: ArgumentHelp(
            "Who keeps the master key of a new data directory: file, environment, vault-transit:MOUNT/KEY or azure-key-vault:URL.",
            discussion: "Later starts find it by themselves; `assay keys rotate` moves it.", valueName: "provider"))
    var keyProvider: MasterKeyPlace?

    @Option(help: "What is done with secrets in parameters, tags and text artifacts: warn (a tag on the run says where), refuse or off.")
    var secretScan: SecretScan = .warn

    @Option(help: "MLflow's option; only a data directory of Assay's own is served.")
    var backendStoreUri: String?

    @Option(help: "A file of settings in YAML: how people log in, how long browsers stay logged in, how much each may ask.")
    var config: String?

    @Option(help: "Whether requests without credentials are answered, on this machine's own addresses only: loopback or off.")
    var anonymous: Authenticator.Anonymous = .loopback

    @OptionGroup var gateway: EmbeddedGatewayOptions

    @Flag(help: "Gate Production and protected aliases from the start, also while no policy is published.")
    var requirePolicy = false

    @Option(help: "Close requests for a place in which nothing has happened for so many days; what was approved of them counts no more.")
    var requestsExpireAfterDays = GateSettings.defaultRequestDays

    @Flag(help: "Listen beyond this machine without users and TLS, because a trusted proxy in front provides them.")
    var trustedProxy = false

    @Option(help: "Serve https with this certificate chain, a PEM file; read again when it changes, and on SIGHUP.")
    var tlsCert: String?

    @Option(help: "The certificate's private key, a PEM file that only its owner, or its group, may read.")
    var tlsKey: String?

    @Option(name: .customLong("allow-host"), help: "A name by which clients ask for this server; may be repeated.")
    var allowHost: [String] = []

    @Option(help: "Create this administrator at the first start and print a token once.")
    var initAdmin: String?

    @Option(help: "Close connections whose client keeps the server waiting for this many seconds.")
    var idleTimeout = 60

    @Option(
        name: .customLong("webhook-allow"),
        help: ArgumentHelp(
            "Let webhooks and alerts go to this private address or block, over http too; may be repeated.",
            discussion: "Without it they go to public addresses, over https or TLS, only.",
            valueName: "address[/length][:port]"))
    var webhookAllow: [String] = []

    @Option(
        name: .customLong("secret-allow"),
        help: ArgumentHelp(
            "Let alert rules and pipelines name secrets at this place; may be repeated.",
            discussion: "env:NAME or env:PREFIX_*, file:/PATH or file:/FOLDER/*, vault:MOUNT/PATH or vault:MOUNT/PATH/*; env:ASSAY_SECRET_* always. What opens the server itself they never may.",
            valueName: "place"))
    var secretAllow: [String] = []

    @Option(
        help: ArgumentHelp(
            "The interpreter of Python whose libraries score models that assay does not read itself, each in a confined process.",
            discussion: "Without it: ASSAY_MODEL_PYTHON, then python3.", valueName: "path"))
    var python: String?

    @Flag(help: "Refuse models that assay does not read itself.")
    var noForeign = false

    @Flag(help: "Keep the addresses of clients in the access log.")
    var logAddresses = false

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port is \(port); a port is a number from 1 to 65535.") }
        guard (1...86_400).contains(idleTimeout) else {
            throw ValidationError("--idle-timeout is \(idleTimeout); it is a number of seconds from 1 to 86400.")
        }
        guard (1...3_650).contains(requestsExpireAfterDays) else {
            throw ValidationError("--requests-expire-after-days is \(requestsExpireAfterDays); it is a number of days from 1 to 3650.")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key are named together.")
        }
        do {
            _ = try allowedTargets()
            _ = try secretPlaces()
        } catch {
            throw ValidationError(error.message)
        }
    }

    var foreign: LoadedModel.Foreign { noForeign ? .refused : .interpreter(python, ForeignLimits()) }

    /// - Throws: `invalidArgument` naming the first that is no block of addresses.
    func allowedTargets() throws(AssayError) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for text in webhookAllow.flatMap({ $0.split(separator: ",").map(String.init) }) {
            guard let range = AddressRange(text) else {
                throw AssayError(
                    .invalidArgument,
                    "--webhook-allow is '\(text)'; it takes addresses like 10.1.2.3, 10.0.0.0/8, 127.0.0.1:9999 or [fd00::1]:8443.")
            }
            ranges.append(range)
        }
        return ranges
    }

    /// Where documents of the API may have secrets read.
    ///
    /// - Throws: `invalidArgument` naming the first that is no such place.
    func secretPlaces() throws(AssayError) -> SecretPlaces {
        let environment = ProcessInfo.processInfo.environment
        let refusing = [dataDir, keysDir, tlsKey, environment["VAULT_TOKEN_FILE"], environment["AZURE_FEDERATED_TOKEN_FILE"]]
        do {
            return try SecretPlaces(secretAllow, refusing: refusing.compactMap { $0 }.filter { !$0.isEmpty })
        } catch {
            throw AssayError(error.code, "--secret-allow: \(error.message)")
        }
    }

    /// Blocks of segments, windows and uploads. What is smaller stays with the allocator.
    private static let largeBlock = 4 << 20

    func run() async throws {
        if let uri = backendStoreUri {
            throw AssayError(
                .unsupported,
                "assay serves its own data directory, not \(uri.prefix(200)). Bring it over first, and start without this option: assay import mlflow \(uri.prefix(200)) --data-dir \(dataDir)")
        }
        _ = assay_memory_give_back(Self.largeBlock)
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .notice
            return handler
        }
        let house = try await House.open(self)
        try await house.run()
    }
}

extension SecretScan: ExpressibleByArgument {}

extension Authenticator.Anonymous: ExpressibleByArgument {}
