import ArgumentParser
import AssayJSON
import AssayLedgerCheck
import AssayTerms
import Foundation

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that the log is whole, and begins with what was kept of it.",
        discussion: """
            With --data-dir the database's entries are compared with the log as well, and what its tables say of roles, \
            tokens, models, stages, aliases, policies, approvals and adoptions with what the entries decided. Without --since the log is only \
            compared with itself: whoever holds the server's key can rewrite it. Exit status 1 if anything is found.
            """)

    @Argument(help: "A folder that `assay audit export` wrote, or a ledger's folder, instead of --data-dir and --server.")
    var folder: String?

    @OptionGroup var location: AuditLocation

    @Option(help: "The verification key you keep, NAME+ID+KEY; without it the one beside the log is taken.")
    var key: String?

    @Option(help: "A file with one or more checkpoints you keep, as `assay audit checkpoint` prints them.")
    var since: String?

    @Option(help: "text for people, json for programs.")
    var format: AnswerFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    func run() async throws {
        if let folder, ExportCheck.isExport(folder) {
            try verifyExport(folder)
            return
        }
        let report = try await verify()
        let bytes =
            switch format {
            case .text: Array((report.lines.joined(separator: "\n") + "\n").utf8)
            case .json: report.json.bytes(pretty: true) + [UInt8(ascii: "\n")]
            }
        if let output { try SmallFile.replace(output, with: bytes) } else { try StandardOutput.write(bytes) }
        if !report.isConsistent { throw ExitCode(1) }
    }

    private func verifyExport(_ folder: String) throws {
        let check: ExportCheck
        do {
            check = try ExportCheck(folder: folder, key: key, since: try since.map { try SmallFile.bytes(of: $0, isRegular: true) })
        } catch let error as LogReadError {
            throw AssayError(.unreadable, error.description)
        }
        let bytes =
            switch format {
            case .text: Array((check.lines.joined(separator: "\n") + "\n").utf8)
            case .json: AuditReportJSON.value(check).bytes(pretty: true) + [UInt8(ascii: "\n")]
            }
        if let output { try SmallFile.replace(output, with: bytes) } else { try StandardOutput.write(bytes) }
        if !check.isConsistent { throw ExitCode(1) }
    }

    private func verify() async throws -> AuditReport {
        var kept: [UInt8]?
        if let since { kept = try SmallFile.bytes(of: since, isRegular: true) }
        switch try location.place(folder: folder) {
        case .folder(let ledger, let dataDirectory):
            var database: AuditDatabase?
            if let dataDirectory {
                database = try await AuditDatabase.open(dataDirectory: dataDirectory, keysPath: location.keysDir)
            }
            defer { database?.close() }
            return AuditReport(log: try check(ledger, kept: kept, database: database), records: database?.records)
        case .server(let client):
            let folder = try AuditFolder.makeTemporary()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await client.fetchAll(into: folder)
            return AuditReport(log: try check(folder, kept: kept, database: nil), records: nil)
        }
    }

    private func check(
        _ folder: String, kept: [UInt8]?, database: AuditDatabase?
    ) throws(AssayError) -> VerificationReport {
        do {
            return try LogVerifier.verify(
                files: FolderLogFiles(folder: folder), key: key, since: kept, database: database)
        } catch {
            throw AssayError(.unreadable, error.description)
        }
    }
}
