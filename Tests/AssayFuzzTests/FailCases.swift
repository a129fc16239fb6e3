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
        let folder = root.appending(path: "FailCases")
        let kinds = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return kinds.filter { !$0.contains(".") }.sorted().flatMap { cases($0, in: folder.appending(path: $0)) }
    }()

    /// Of Tests/Fixtures/onnx, which scripts/fixtures/onnx_operators.py makes.
    static let graphs = cases("onnx", in: root.appending(path: "Tests/Fixtures/onnx"))

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private static func cases(_ kind: String, in folder: URL) -> [Case] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted().map { name in
            guard let bytes = try? Data(contentsOf: folder.appending(path: name)) else { preconditionFailure("there is no \(kind)/\(name)") }
            return Case(kind: kind, name: name, bytes: Array(bytes))
        }
    }
}
