import ArgumentParser
import AssayJSON
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows

/// `assay audit as-of`: what was true at a moment, by the entries of the log.
struct AuditAsOfCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "as-of",
        abstract: "What was true at a moment: models, stages, aliases, roles, policies, approvals.",
        discussion: """
            State is replayed from the log's entries, up to the last one whose time is not beyond TIME. Where the clock was \
            set back, an entry counts from the latest time before it. A date alone is its first moment in UTC.
            """)

    @Argument(help: "For example 2026-01-31T08:05:09Z, 2026-01-31T09:05:09+01:00, or 2026-01-31.")
    var time: String

    @OptionGroup var location: AuditLocation

    @Option(help: "text for people, json for programs.")
    var format: AnswerFormat = .text

    func run() async throws {
        let state = try await state()
        switch format {
        case .text: try StandardOutput.write(Array((AsOfText.lines(state).joined(separator: "\n") + "\n").utf8))
        case .json: try StandardOutput.write(state.bytes(pretty: true) + [UInt8(ascii: "\n")])
        }
    }

    private func state() async throws -> JSONValue {
        try location.requireOne()
        let moment = try UseCases.moment(Text(time))
        if let server = location.server {
            return try await ServerOptions.withClient(of: server) { try await $0.get(ServerPath.asOf, query: [("time", time)]) }
        }
        guard let path = location.dataDir, AuditFolder.hasFile(path + "/assay.db") else {
            throw AssayError(
                .notFound, "\(location.dataDir ?? ".") holds no database; name a stopped server's data directory with --data-dir.")
        }
        let opened = try OpenDirectory.open(path: path, keysPath: location.keysDir, mustExist: true)
        defer { try? opened.store.close() }
        return try await opened.useCases.state(asOf: moment).json()
    }
}
