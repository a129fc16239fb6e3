import AssayServer
import AssayTerms
import Glibc

/// The few looks at folders that the audit commands take.
enum AuditFolder {
    static func isFolder(_ path: String) -> Bool { FileKind.isFolder(path) }
    static func hasFile(_ path: String) -> Bool { FileKind.isRegular(path) }

    /// A new empty folder for files fetched from a server.
    static func makeTemporary() throws(AssayError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/assay-audit-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw AssayError(
                .unavailable, "a temporary folder cannot be made in \(parent): \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
