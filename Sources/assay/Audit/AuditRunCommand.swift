import ArgumentParser
import AssayJSON
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows

/// `assay audit run`: a run's seals, and whether its rows still are what was sealed.
struct AuditRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "List a run's seals, and check its rows against them.",
        discussion: """
            A seal is an entry of the log over the run's metrics, params, tags, data sets, models and files. What the \
            server changed after a seal, such as a late metric or a replaced file, is listed as unsealed until the next \
            one; what was changed behind it is a finding, named by seal and range, and the exit status is 1. That the \
            entries themselves are those of the log is checked here; that the log is whole, by `assay audit verify`.
            """)

    @Argument(help: "The run's id.")
    var run: String

    @OptionGroup var location: AuditLocation

    @Option(help: "text for people, json for programs.")
    var format: AnswerFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    func run() async throws {
        let report = try await audit()
        let bytes =
            switch format {
            case .text: Array((RunAuditText.lines(report).joined(separator: "\n") + "\n").utf8)
            case .json: report.bytes(pretty: true) + [UInt8(ascii: "\n")]
            }
        if let output { try SmallFile.replace(output, with: bytes) } else { try StandardOutput.write(bytes) }
        guard report["consistent"]?.bool == true else { throw ExitCode(1) }
    }

    private func audit() async throws -> JSONValue {
        try location.requireOne()
        if let server = location.server {
            return try await ServerOptions.withClient(of: server) { try await $0.get(ServerPath.seals(ofRun: run)) }
        }
        guard let path = location.dataDir, AuditFolder.hasFile(path + "/assay.db") else {
            throw AssayError(
                .notFound, "\(location.dataDir ?? ".") holds no runs; name a stopped server's data directory with --data-dir.")
        }
        let opened = try OpenDirectory.open(path: path, keysPath: location.keysDir, mustExist: true)
        defer { try? opened.store.close() }
        var useCases = opened.useCases
        useCases.log = try FolderLog(folder: opened.directory.ledgerPath)
        return try await useCases.auditRun(Text(run)).json
    }
}
