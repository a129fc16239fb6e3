import ArgumentParser
import AssayImport
import AssayLedger
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Logging

/// `assay import mlflow`: an MLflow store becomes part of a data directory, with its ids, times and users.
struct ImportMLflowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mlflow", abstract: "Bring an MLflow store over: a SQLite database or a file store, with its artifacts.",
        discussion: """
            Experiments, runs, metric histories, params, tags, datasets, logged models, registered models with their versions, \
            stages and aliases, and all artifacts that are in files come over with their ids, times and users. The store is \
            read and never changed; a server may go on writing to it. Stop the Assay server first: the import needs the data \
            directory for itself.

              assay import mlflow sqlite:///mlflow.db --artifacts ./mlartifacts --data-dir ./assay-data
              assay import mlflow ./mlruns

            Run it again to go on after an interruption, or to bring over what was logged since; what is here already is not \
            doubled. At the end everything is read again on both sides and compared by counts and SHA-256 digests.

            While a policy is published, versions take no place that it protects: each is named, and `assay model promote` \
            opens the way through the gate.

            Exit status: 0 everything came over and is the same, 1 something did not (it is named), 2 the store or the data \
            directory cannot be used.
            """)

    @Argument(help: "sqlite:///mlflow.db, sqlite:////absolute/path.db, or the folder of a file store.")
    var source: String

    @Option(help: "The folder of the artifacts: a server's --artifacts-destination, or where they were moved to.")
    var artifacts: String?

    @Option(help: "The data directory to bring it into; created if missing.")
    var dataDir = "./assay-data"

    @Option(help: "A folder for the keys, when they should not stand inside the data directory.")
    var keysDir: String?

    @Flag(help: "Withhold Production and protected aliases also while no policy is published, as `assay server --require-policy` does.")
    var requirePolicy = false

    @Option(help: "text or json.")
    var format = "text"

    func validate() throws {
        guard ["text", "json"].contains(format) else { throw ValidationError("--format is text or json, not \(format).") }
    }

    func run() async throws {
        // A source that cannot be read is refused before a data directory is made for it.
        try MLflowStore.check(source)
        let opened = try OpenDirectory.open(path: dataDir, keysPath: keysDir)
        defer { try? opened.store.close() }
        let governed = try await opened.governed(requiresPolicy: requirePolicy)
        await governed.recordCheck.compare()
        let line = ImportProgressLine()
        let store = try MLflowStore.open(
            source, MLflowStore.Settings(artifactsPath: artifacts, scratchPath: opened.directory.path))
        let report = try await StoreImport(from: store, into: governed.useCases, progress: line.show).run()
        line.clear()
        // So that the log can be verified before a server ever runs here.
        try await governed.ledger.publishNow()
        let text = format == "json" ? ImportText.json(report, title: store.title) : ImportText.table(report, title: store.title)
        try StandardOutput.write(Array(text.utf8))
        if !report.isWhole { throw ExitCode(1) }
    }
}
