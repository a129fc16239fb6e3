import AssayStore
import AssayTerms

/// Digests over lists of files, which tell whether anything was written to them.
enum FileListDigest {
    /// Over paths, sizes and times of a folder: cheap, and enough to see that nobody wrote there since.
    static func atSource(_ files: [SourceFile]) -> SHA256Digest {
        var digest = RecordDigest()
        for file in files {
            digest.add(file.path)
            digest.add(file.size)
            digest.add(file.modifiedNanoseconds)
        }
        return digest.finish()
    }

    /// Over paths, sizes and digests of records here.
    static func here(_ files: [FileRecord]) -> SHA256Digest {
        var digest = RecordDigest()
        for file in files.sorted(by: { $0.path < $1.path }) {
            digest.add(file.path)
            digest.add(file.size)
            digest.add(file.digest)
        }
        return digest.finish()
    }
}
