import AssayServer
import AssayStore
import AssayTerms
import Glibc

/// A file that is written from its beginning to its end, readable by its owner alone.
final class JobFile: Sendable {
    private let descriptor: Int32

    /// - Throws: `unavailable` where it cannot be made, or is there already.
    init(_ path: String) throws(AssayError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "The data set cannot be kept: \(Disk.errorText()).") }
    }

    deinit { close(descriptor) }

    /// - Throws: `unavailable` where the disk is full, say.
    func write(_ bytes: [UInt8]) throws(AssayError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw AssayError(.unavailable, "The data set cannot be kept: \(Disk.errorText()). Nothing of it was; hand it in again when there is room.") }
            written += count
        }
    }
}

/// A job's result, read once while it is sent; it stays whole for this reader if it is removed meanwhile.
final class ResultFile: Sendable {
    private let descriptor: Int32
    let length: Int

    init(_ path: String) throws(AssayError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "The result cannot be read: \(Disk.errorText()).") }
        guard let size = FileKind.size(descriptor: descriptor) else {
            throw AssayError(.unavailable, "The result cannot be read: \(Disk.errorText()).")
        }
        length = size
    }

    deinit { close(descriptor) }

    /// - Returns: `nil` at the end.
    func next(_ limit: Int) throws(AssayError) -> [UInt8]? {
        while true {
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let got = read(descriptor, buffer.baseAddress, limit)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw AssayError(.unavailable, "The result cannot be read: \(String(cString: strerror(failure))).") }
            return bytes.isEmpty ? nil : bytes
        }
    }
}
