import AssayTerms
import Dispatch
import Glibc
import Synchronization

/// Reads one file in pieces, on a queue where waiting is allowed.
final class FileBytes: Sendable {
    private static let queue = DispatchQueue(label: "assay.import.files", attributes: .concurrent)
    private static let pieceBytes = 1 << 20

    private let path: String
    private let descriptor = Mutex<Int32?>(nil)

    init(path: String) { self.path = path }

    deinit { descriptor.withLock { if let open = $0 { close(open) } } }

    /// The next piece, or `nil` at the end.
    func next() async throws -> [UInt8]? {
        try await Self.blocking { try self.read() }
    }

    static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    private func read() throws -> [UInt8]? {
        try descriptor.withLock { kept in
            let file = try kept ?? open()
            kept = file
            var bytes = [UInt8](repeating: 0, count: Self.pieceBytes)
            while true {
                let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw unreadable() }
                bytes.removeLast(bytes.count - count)
                return count == 0 ? nil : bytes
            }
        }
    }

    /// A link in the place of the file that was listed is not followed; a pipe does not make us wait.
    private func open() throws -> Int32 {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { throw unreadable() }
        var status = stat()
        guard fstat(file, &status) == 0, LocalFiles.kind(status) == .file else {
            close(file)
            throw AssayError(.unreadable, "\(path) is not a file any more.")
        }
        return file
    }

    private func unreadable() -> AssayError {
        AssayError(.unreadable, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
}
