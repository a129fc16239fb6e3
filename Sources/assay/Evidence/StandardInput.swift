import AssayTerms
import Glibc

enum StandardInput {
    /// All of it.
    ///
    /// - Throws: `limitExceeded` beyond `limit` bytes, `unreadable` where it cannot be read.
    static func bytes(limit: Int) throws(AssayError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw AssayError(.unreadable, "standard input cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw AssayError(.limitExceeded, "standard input has more than \(limit) bytes")
            }
        }
    }
}
