import AssayTerms
import Synchronization

@testable import AssayLedger

/// A file system that fails at one change and at every later one, as a process that was killed there; or, if
/// `once`, as a disk that was full for a moment.
final class FailingFiles: LedgerFiles {
    enum Manner: CaseIterable {
        /// The change does not happen.
        case before
        /// It happens, but nobody learns.
        case after
        /// Half of the bytes are written.
        case torn
    }

    private let files: PosixLedgerFiles
    private let failing: Int
    private let manner: Manner
    private let once: Bool
    private let changes = Mutex(0)

    init(files: PosixLedgerFiles, failingAt change: Int, manner: Manner, once: Bool = false) {
        self.files = files
        failing = change
        self.manner = manner
        self.once = once
    }

    var hasFailed: Bool { changes.withLock { $0 >= failing } }

    private func change(
        half: (() throws(AssayError) -> Void)? = nil, _ whole: () throws(AssayError) -> Void
    ) throws(AssayError) {
        let count = changes.withLock { count in
            count += 1
            return count
        }
        if count < failing || once && count > failing { return try whole() }
        if count == failing {
            switch manner {
            case .before: break
            case .after: try whole()
            case .torn: try half?()
            }
        }
        throw AssayError(.unavailable, "the process was killed at change \(failing)")
    }

    func read(_ path: String) throws(AssayError) -> [UInt8]? { try files.read(path) }
    func names(in folder: String) throws(AssayError) -> [String] { try files.names(in: folder) }
    func makeFolder(_ path: String) throws(AssayError) {
        try change { () throws(AssayError) in try files.makeFolder(path) }
    }
    func write(_ bytes: [UInt8], to path: String) throws(AssayError) {
        let half = { () throws(AssayError) in
            try self.files.write(Array(bytes.prefix(bytes.count / 2)), to: path)
        }
        try change(half: half) { () throws(AssayError) in try files.write(bytes, to: path) }
    }
    func append(_ bytes: [UInt8], to path: String) throws(AssayError) {
        let half = { () throws(AssayError) in
            try self.files.append(Array(bytes.prefix(bytes.count / 2)), to: path)
        }
        try change(half: half) { () throws(AssayError) in try files.append(bytes, to: path) }
    }
    func truncate(_ path: String, to length: Int) throws(AssayError) {
        try change { () throws(AssayError) in try files.truncate(path, to: length) }
    }
    func rename(_ source: String, to target: String) throws(AssayError) {
        try change { () throws(AssayError) in try files.rename(source, to: target) }
    }
    func remove(_ path: String) throws(AssayError) {
        try change { () throws(AssayError) in try files.remove(path) }
    }
    func syncFolder(_ path: String) throws(AssayError) {
        try change { () throws(AssayError) in try files.syncFolder(path) }
    }
}
