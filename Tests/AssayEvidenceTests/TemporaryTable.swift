import AssayEvidence
import AssayTerms
import Foundation

/// A file that is there for one test.
struct TemporaryTable: ~Copyable {
    let path: String

    init(_ text: String, suffix: String = "csv") throws {
        path = NSTemporaryDirectory() + "assay-\(UUID().uuidString).\(suffix)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func request(_ checks: [CheckRequest]) -> EvidenceRequest {
        var request = EvidenceRequest(data: DataFile(path: path), checks: checks)
        request.label = "label"
        request.prediction = "prediction"
        return request
    }
}
