import AssayCanonical
import AssayEvidence
import AssayTerms
import Glibc

/// Profiles as files.
enum DriftProfileFile {
    /// Whether the file begins as a profile does. A file that cannot be read is none; who reads it next says why.
    static func isProfile(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: DriftProfileJSON.prefix.count)
        return read(descriptor, &head, head.count) == head.count && head == DriftProfileJSON.prefix
    }

    /// The file as a reference: a profile, or rows.
    static func reference(_ path: String) throws(AssayError) -> DriftRequest.Reference {
        guard isProfile(path) else { return .data(DataFile(path: path)) }
        let bytes = try SmallFile.bytes(of: path, limit: SmallFile.profileLimit)
        let file = DataFile(path: path)
        return .profile(
            try DriftProfileJSON.profile(from: bytes, name: file.name.string), name: file.name,
            digest: SHA256Hasher.digest(of: bytes))
    }
}
