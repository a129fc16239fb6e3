import AssayTerms
import Glibc

enum StandardOutput {
    /// - Throws: `unavailable` where nobody reads or the disk is full.
    static func write(_ bytes: [UInt8]) throws(AssayError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(
                    .unavailable, "standard output cannot be written: \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }
}
