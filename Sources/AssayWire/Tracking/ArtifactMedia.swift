package import AssayTerms

/// How a file is named to a browser. Files come from strangers, so nothing is sent as a type that could run a script: what
/// cannot is shown, everything else is a download of unknown type.
package struct ArtifactMedia: Hashable, Sendable {
    package let contentType: String
    package let disposition: String

    package init(path: Text) {
        let name = path.string.split(separator: "/").last.map(String.init) ?? "download"
        if let type = Self.inertType(name) {
            contentType = type
            disposition = "inline"
        } else {
            contentType = "application/octet-stream"
            disposition = Self.attachment(name)
        }
    }

    /// Types that a browser shows without running anything: its images, and what it is told is plain text.
    private static func inertType(_ name: String) -> String? {
        let ending = name.split(separator: ".", omittingEmptySubsequences: false).last.map { $0.lowercased() } ?? ""
        switch ending {
        case "png": return "image/png"
        case "jpg", "jpeg": return "image/jpeg"
        case "gif": return "image/gif"
        case "webp": return "image/webp"
        case "txt", "log", "csv", "tsv", "md", "json", "yaml", "yml", "toml", "py", "mlmodel":
            return "text/plain; charset=utf-8"
        default: return nil
        }
    }

    /// RFC 6266: an ASCII name for old clients and the exact one beside it (RFC 5987).
    private static func attachment(_ name: String) -> String {
        var ascii = ""
        var exact = ""
        for byte in name.utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || "-._".utf8.contains(byte)
            ascii += isPlain ? String(UnicodeScalar(byte)) : "_"
            exact += isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }
        return ascii == name ? "attachment; filename=\"\(ascii)\"" : "attachment; filename=\"\(ascii)\"; filename*=UTF-8''\(exact)"
    }
}
