import ArgumentParser
import AssayJSON
import AssayTerms
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// `assay training work`: runs the programs of pipelines, one at a time.
struct TrainingWorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Run the programs of pipelines that are due, one at a time, until it is ended.",
        discussion: """
            A worker is a client with a token of its own, which may register versions of the models it trains. It runs the programs that \
            administrators of the server wrote into the pipelines, as the user it runs as and in the folder it was started in: start it \
            where that is meant. Programs find in their environment ASSAY_TRAINING_ID, ASSAY_TRAINING_REASON (JSON), \
            ASSAY_TRAINING_WEIGHTS (a CSV file with one column, weight) where the pipeline reweighs, MLFLOW_TRACKING_URI, \
            MLFLOW_TRACKING_TOKEN and MLFLOW_RUN_CONTEXT, which tags the runs they log.
            """)

    @Option(help: "The server. Without it: ASSAY_SERVER, then MLFLOW_TRACKING_URI.")
    var server: String?

    @Option(help: "Where programs run.")
    var directory = "."

    @Option(help: ArgumentHelp("A pipeline to take; may be repeated. Without it: any.", valueName: "name"))
    var pipeline: [String] = []

    @Option(help: "What it calls itself.")
    var name: String?

    @Flag(help: "End once nothing is due.")
    var once = false

    @Flag(help: "Keep what programs write to standard error to itself.")
    var keepOutput = false

    func run() async throws {
        let address = try ServerOptions.address(server)
        guard FileManager.default.changeCurrentDirectoryPath(directory) else {
            throw AssayError(.invalidArgument, "\(directory) is no folder that can be worked in.")
        }
        let worker = TrainingWorker(
            address: address, name: name ?? ProcessInfo.processInfo.hostName, pipelines: pipeline, isOnce: once, keepsOutput: keepOutput)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: worker, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "assay")))
        try await group.run()
    }
}
