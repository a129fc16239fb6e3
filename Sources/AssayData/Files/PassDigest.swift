internal import AssayTerms

/// How a pass learns the digest of a file's bytes.
enum PassDigest {
    /// From the bytes as the reader takes them.
    case running(RunningDigest)
    /// Beside a reader that jumps about in the file, or reads what was made of it.
    case beside(BesideDigest)

    func value() throws(AssayError) -> SHA256Digest {
        switch self {
        case .running(let running): running.value
        case .beside(let beside): try beside.value()
        }
    }
}
