import ArgumentParser
import AssayJSON
import AssayLedger
import AssayLedgerCheck
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Foundation

/// `assay audit export`: one folder that an auditor takes away and checks alone.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write one folder for an auditor: the log, payloads of a period, policies, evidence, and how to check them.",
        discussion: """
            The folder needs no server and no database: `assay-verify FOLDER --key VKEY` checks it, and README.txt says how to \
            do the same by hand. It holds what people wrote; hand it to nobody but the auditor. Who took an export is \
            an entry of the log.
            """)

    @Option(help: "The period's beginning: 2026-01-01, or a time with an offset.")
    var from: String

    @Option(help: "The period's end, included: 2026-03-31T23:59:59.999Z, or a date for its first moment.")
    var to: String

    @OptionGroup var location: AuditLocation

    @Option(name: [.customShort("o"), .long], help: "The folder to be made.")
    var output: String

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: output) else {
            throw AssayError(.alreadyExists, "\(output) exists; name a folder that is to be made with --output.")
        }
        let place = try location.place()
        let export = try ExportFolder(path: output)
        do {
            try await write(export, from: place)
        } catch {
            // Half of an export looks like one.
            try? FileManager.default.removeItem(atPath: output)
            throw error
        }
    }

    private func write(_ export: ExportFolder, from place: AuditLocation.Place) async throws {
        switch place {
        case .server(let client):
            try await write(export, from: ServerExport(address: location.server ?? "", from: from, to: to)) {
                try await client.fetchAll(into: $0)
            }
        case .folder(let ledger, let dataDirectory):
            guard let dataDirectory, AuditFolder.hasFile(dataDirectory + "/assay.db") else {
                throw AssayError(.notFound, "\(ledger) has no database beside it; payloads stand there.")
            }
            let opened = try OpenDirectory.open(path: dataDirectory, keysPath: location.keysDir, mustExist: true)
            defer { try? opened.store.close() }
            let governed = try await opened.governed(requiresPolicy: false)
            let source = LocalExport(governance: governed.governance, ledger: governed.ledger, from: from, to: to)
            try await write(export, from: source) { folder in
                try FileManager.default.removeItem(atPath: folder)
                try FileManager.default.copyItem(atPath: opened.directory.ledgerPath, toPath: folder)
            }
        }
    }

    private func write(
        _ export: ExportFolder, from source: some ExportSource, log: (String) async throws -> Void
    ) async throws {
        let period = try await source.begin()
        var counts = (payloads: 0, erased: 0)
        var after: Int64 = 0
        while true {
            let (entries, next) = try await source.payloads(period.entries, after: after)
            for entry in entries {
                try export.add(entry)
                if entry["erased"]?.bool == true { counts.erased += 1 } else { counts.payloads += 1 }
            }
            guard let next else { break }
            after = next
        }
        let (own, _) = try await source.payloads(period.export..<(period.export + 1), after: 0)
        try export.write(period: own.first ?? .null)
        try export.write(documents: try await source.documents(period.entries))
        try await log(export.ledgerPath)
        try export.finish(from: from, to: to)
        let check = try ExportCheck(folder: output, key: nil, since: nil)
        guard check.isConsistent else {
            throw AssayError(.corrupt, "what was exported does not verify:\n" + check.lines.joined(separator: "\n"))
        }
        try StandardOutput.write(
            Array(
                """
                wrote \(output): \(counts.payloads) payloads, \(counts.erased) erased, \(check.policyCount) policies, \
                \(check.evidenceCount) statements of evidence, the log of \(check.log.size ?? 0) entries

                """.utf8))
    }
}

/// Where the payloads and documents of an export come from.
protocol ExportSource {
    /// Begins it; the entry that tells of it is published when this returns.
    func begin() async throws -> ExportedPeriod
    func payloads(_ period: Range<Int64>, after: Int64) async throws -> (entries: [JSONValue], next: Int64?)
    func documents(_ period: Range<Int64>) async throws -> JSONValue
}

/// A stopped server's data directory.
struct LocalExport: ExportSource {
    let governance: Governance
    let ledger: Ledger
    let from: String
    let to: String

    func begin() async throws -> ExportedPeriod {
        let period = try await governance.useCases.beginExport(
            from: try UseCases.moment(Text(from)), through: try UseCases.moment(Text(to)), by: .localOperator)
        try await ledger.publishNow()
        return period
    }

    func payloads(_ period: Range<Int64>, after: Int64) async throws -> (entries: [JSONValue], next: Int64?) {
        try await governance.useCases.exportedPayloads(period, after: after)
    }

    func documents(_ period: Range<Int64>) async throws -> JSONValue { try await governance.exportedDocuments(period) }
}

/// A running server.
struct ServerExport: ExportSource {
    let address: String
    let from: String
    let to: String

    func begin() async throws -> ExportedPeriod {
        let answer = try await ServerOptions.withClient(of: address) { client in
            try await client.post(ServerPath.exports, ["from": .string(from), "to": .string(to)])
        }
        guard let start = answer["start"]?.integer, let end = answer["end"]?.integer, let export = answer["export"]?.integer,
            start <= end, export < .max
        else { throw AssayError(.unreadable, "\(address) did not answer a period") }
        return ExportedPeriod(entries: start..<end, export: export)
    }

    func payloads(_ period: Range<Int64>, after: Int64) async throws -> (entries: [JSONValue], next: Int64?) {
        let answer = try await get("payloads", period, [("after", String(after))])
        return (answer["entries"]?.array ?? [], answer["next_after"]?.integer)
    }

    func documents(_ period: Range<Int64>) async throws -> JSONValue { try await get("documents", period, []) }

    private func get(_ name: String, _ period: Range<Int64>, _ query: [(String, String)]) async throws -> JSONValue {
        let bounds = [("start", String(period.lowerBound)), ("end", String(period.upperBound))]
        return try await ServerOptions.withClient(of: address) { client in
            try await client.get(ServerPath.exports + [name], query: bounds + query)
        }
    }
}
