import Foundation
import GRDB

/// A folder for one test.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "assay-import-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    /// A database made from the SQL text of a fixture.
    func database(_ name: String, sql: String) throws -> String {
        let file = path + "/" + name
        // A dump has its tables by name, and MLflow's SQLite does not watch foreign keys either.
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        return file
    }

    /// Every file of the folder with its bytes, to see that nobody touched it.
    func snapshot() throws -> [Entry] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
        return names.map { Entry(path: $0, bytes: FileManager.default.contents(atPath: path + "/" + $0)) }
    }

    struct Entry: Equatable {
        let path: String
        let bytes: Data?
    }
}

/// Stores that the real MLflow wrote, see scripts/fixtures/mlflow_import.py.
enum Fixture {
    static let versions = ["2.22", "3.17"]

    static func folder(_ version: String) -> String {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.appending(path: "Fixtures/import/\(version)").path
    }

    static func sql(_ version: String) throws -> String {
        try String(contentsOfFile: folder(version) + "/database.sql", encoding: .utf8)
    }
}
