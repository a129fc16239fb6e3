import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import AssayTerms
import AssayWorkflows

/// The log of a stopped server, read from its folder.
struct FolderLog: AssayWorkflows.PublishedLog {
    private let log: AssayLedger.PublishedLog

    init(folder: String) throws { log = AssayLedger.PublishedLog(files: try PosixLedgerFiles(folder: folder)) }

    func resource(_ path: String) async throws -> [UInt8]? { try log.resource(path) }

    func size() async throws -> UInt64 { try log.checkpoint().map { try Checkpoint(text: $0.text).size } ?? 0 }

    func proof(index: UInt64) async throws -> [UInt8] { try log.proof(index: index).bytes }

    func consistency(from size: UInt64) async throws -> (path: [SHA256Digest], checkpoint: [UInt8]) {
        let (path, note) = try log.consistency(from: size)
        return (path, note.bytes)
    }
}
