import Foundation
import Testing

/// Inputs that broke a reader of model files once.
enum FailCases {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: String
        let name: String
        let bytes: [UInt8]

        var testDescription: String { "\(kind), \(name)" }
    }

    static let all: [Case] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../FailCases")
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
    }()
}
