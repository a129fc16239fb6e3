import Foundation
import Testing

/// Inputs of readers of model files: those that broke one once, and those that libFuzzer begins with.
enum FailCases {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: String
        let name: String
        let bytes: [UInt8]

        var testDescription: String { "\(kind), \(name)" }
    }

    static let all = below("../../FailCases")
    /// Files of the real libraries, and small graphs that together reach every operator.
    static let seeds = below("../Fixtures/seeds")

    /// Files by their kind's folder.
    private static func below(_ path: String) -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: path)
        let files = FileManager.default
        var found: [Case] = []
        for kind in (try? files.contentsOfDirectory(atPath: folder.path())) ?? [] where !kind.contains(".") {
            let inside = folder.appending(path: kind)
            for name in (try? files.contentsOfDirectory(atPath: inside.path())) ?? [] {
                guard let bytes = try? Data(contentsOf: inside.appending(path: name)) else { preconditionFailure("there is no \(kind)/\(name)") }
                found.append(Case(kind: kind, name: name, bytes: Array(bytes)))
            }
        }
        return found.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }
}
