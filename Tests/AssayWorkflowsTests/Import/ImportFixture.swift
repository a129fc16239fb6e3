import AssayImport
import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import GRDB
import Testing

/// Stores that the real MLflow wrote (scripts/fixtures/mlflow_import.py), copied so that a test may change them.
final class ImportFixture: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case database
        case files
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let version: String
        let kind: Kind
        var testDescription: String { "\(version) \(kind.rawValue)" }
    }

    static let all = ["2.22", "3.17"].flatMap { version in Kind.allCases.map { Case(version: version, kind: $0) } }

    let path: String
    let kind: Kind
    /// What `assay import mlflow` is given.
    let uri: String

    init(_ version: String, _ kind: Kind) throws {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let fixture = url.appending(path: "Fixtures/import/\(version)").path
        path = FileManager.default.temporaryDirectory.appending(path: "assay-store-\(UUID().uuidString)").path
        self.kind = kind
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: fixture + "/artifacts", toPath: path + "/artifacts")
        switch kind {
        case .files:
            uri = path + "/mlruns"
            try FileManager.default.copyItem(atPath: fixture + "/mlruns", toPath: uri)
        case .database:
            uri = path + "/mlflow.db"
            try change(String(contentsOfFile: fixture + "/database.sql", encoding: .utf8))
        }
    }

    convenience init(_ test: Case) throws { try self.init(test.version, test.kind) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs SQL on the database.
    func change(_ sql: String) throws {
        // A dump has its tables by name, and MLflow's SQLite does not watch foreign keys either.
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path + "/mlflow.db", configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    func open(artifacts: Bool = true) throws -> any ImportSource {
        let scratch = path + "/scratch"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        return try MLflowStore.open(
            uri,
            MLflowStore.Settings(artifactsPath: artifacts && kind == .database ? path + "/artifacts" : nil, scratchPath: scratch))
    }

    func bring(into house: House, artifacts: Bool = true) async throws -> ImportReport {
        try await StoreImport(from: open(artifacts: artifacts), into: house.useCases).run()
    }
}

extension ImportReport {
    /// Everything that is not as it should be, for messages.
    var complaints: String {
        (problems.map { "\($0.object): \($0.message)" } + withheld.map(\.string) + differences.map { "\($0.object): \($0.message)" })
            .joined(separator: "\n")
    }
}

extension House {
    func experimentID(_ name: Text) async throws -> Int64 { try await useCases.experiment(named: name).id }

    func run(named name: Text) async throws -> Run {
        let experiments = try await store.read { tx in
            try tx.searchExperiments(SearchQuery(view: .all, limit: 1_000)).items.map(\.id)
        }
        let found = try await store.read { tx in
            try tx.searchRuns(SearchQuery(view: .all, limit: 1_000), experiments: experiments).items.first { $0.info.name == name }
        }
        guard let found else { throw AssayError(.notFound, "no run \(name)") }
        return found
    }
}
