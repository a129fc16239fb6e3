internal import AssayCanonical
internal import AssayTerms
internal import Synchronization

/// SHA-256 of bytes that another thread shows as it reads them.
final class RunningDigest: Sendable {
    private let hasher = Mutex(SHA256Hasher())

    func see(_ bytes: UnsafeRawBufferPointer) { hasher.withLock { $0.update(bytes) } }

    var value: SHA256Digest { hasher.withLock { $0.finish() } }
}

/// SHA-256 of a whole file, computed on a thread beside the one that reads it.
final class BesideDigest: Sendable {
    private let result = Mutex<Result<SHA256Digest, AssayError>?>(nil)
    private let done = Semaphore()

    init(of file: InputFile) {
        OwnThread.start { [self] in
            let digest = Result { () throws(AssayError) in try Self.digest(of: file) }
            result.withLock { $0 = digest }
            done.signal()
        }
    }

    /// Waits for the end. To be called once.
    func value() throws(AssayError) -> SHA256Digest {
        done.wait()
        guard let result = result.withLock({ $0 }) else { preconditionFailure("the digest's thread ended without one") }
        return try result.get()
    }

    static func digest(of file: InputFile) throws(AssayError) -> SHA256Digest {
        var hasher = SHA256Hasher()
        var position = 0
        while true {
            let bytes = try file.bytes(at: position, count: 1 << 20)
            if bytes.isEmpty { return hasher.finish() }
            hasher.update(bytes)
            position += bytes.count
        }
    }
}
